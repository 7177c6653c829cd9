using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Hyphae.Example;

/// <summary>Results go to standard output, one JSON a line; words about the connection go to standard error.</summary>
public static class Output
{
    public static readonly JsonSerializerOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static void Say(JsonObject line) => Console.Out.WriteLine(line.ToJsonString(Json));

    public static void Note(string text) => Console.Error.WriteLine(text);

    /// <summary>A wait before attempt number n, chosen by chance so that many do not come back at once.</summary>
    public static TimeSpan Backoff(int attempt) =>
        TimeSpan.FromSeconds(Random.Shared.NextDouble() * Math.Min(30, 0.5 * Math.Pow(2, Math.Min(attempt - 1, 10))));

    /// <summary>Whether the same publication may be taken later.</summary>
    public static bool IsForNow(string code) => code is "bus-down" or "limit-reached";

    public static string Words(JsonNode error) => $"{error["code"]}: {error["message"]}";

    public static double NowMs => (DateTime.UtcNow - DateTime.UnixEpoch).TotalMilliseconds;
}
