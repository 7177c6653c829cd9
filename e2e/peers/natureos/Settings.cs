namespace Hyphae.Peers.Natureos;

/// <summary>What can be chosen at the start: <c>--name value</c>.</summary>
public sealed record Settings(int Port, int KeepAliveMs, int TimeoutMs, string Cors, string[] Origins, bool Stateful)
{
    public static Settings Of(string[] args)
    {
        string Value(string name, string otherwise)
        {
            var at = Array.IndexOf(args, name);
            return at >= 0 && at + 1 < args.Length ? args[at + 1] : otherwise;
        }

        return new(
            int.Parse(Value("--port", "0")),
            int.Parse(Value("--keep-alive-ms", "15000")),
            int.Parse(Value("--timeout-ms", "30000")),
            Value("--cors", "older"),
            Value("--origins", "http://localhost:3000").Split(','),
            args.Contains("--stateful"));
    }
}
