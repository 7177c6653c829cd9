namespace Hyphae.Example;

/// <summary>What the command line says.</summary>
public sealed class Settings
{
    private Settings(string verb) => Verb = verb;

    public string Verb { get; }
    public string Url { get; private set; } = "http://127.0.0.1:7420";
    public string? Token { get; private set; }
    public int? Rewind { get; private set; }
    public string Provenance { get; private set; } = "measured";
    public string? Cursors { get; private set; }
    public bool Sse { get; private set; }
    public bool Http { get; private set; }
    public bool Binary { get; private set; }

    /// <summary>Channels to follow, or the channel and what to publish on it.</summary>
    public List<string> Words { get; } = [];

    public IReadOnlyList<string> Follow => Verb == "subscribe" ? Words : [];

    /// <summary>null: the command line is wrong.</summary>
    public static Settings? Read(string[] args)
    {
        var words = new Queue<string>(args);
        Settings settings = new(args.FirstOrDefault(word => word is "subscribe" or "publish" or "samples") ?? "");
        var isVerbSeen = false;
        while (words.TryDequeue(out var word))
        {
            if (!isVerbSeen && word == settings.Verb) isVerbSeen = true;
            else if (!settings.Option(word, words)) settings.Words.Add(word);
        }
        var least = settings.Verb == "subscribe" ? 1 : 2;
        return settings.Verb == "" || settings.Words.Count < least ? null : settings;
    }

    private bool Option(string word, Queue<string> rest)
    {
        switch (word)
        {
            case "--url":
                Url = rest.Dequeue().TrimEnd('/');
                return true;
            case "--token":
                Token = rest.Dequeue();
                return true;
            case "--rewind":
                Rewind = int.Parse(rest.Dequeue());
                return true;
            case "--cursors":
                Cursors = rest.Dequeue();
                return true;
            case "--provenance":
                Provenance = rest.Dequeue();
                return true;
            case "--sse":
                return Sse = true;
            case "--http":
                return Http = true;
            case "--binary":
                return Binary = true;
            default:
                return false;
        }
    }
}
