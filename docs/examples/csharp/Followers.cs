using System.Text.Json.Nodes;

namespace Hyphae.Example;

/// <summary>The channels that are followed, and the file that keeps their cursors from one run to the next.</summary>
public sealed class Followers
{
    private readonly string? _file;

    public Followers(Settings settings)
    {
        _file = settings.Cursors;
        var kept = _file is not null && File.Exists(_file) ? JsonNode.Parse(File.ReadAllText(_file)) : null;
        All = [.. settings.Follow.Select(channel => new Follower(channel, Cursor.Of(kept?[channel])))];
    }

    public IReadOnlyList<Follower> All { get; }

    public Follower? Find(string? channel) => All.FirstOrDefault(follower => follower.Channel == channel);

    /// <summary>To be called when what a message carries has been dealt with: whoever dies before gets it again.</summary>
    public void Keep()
    {
        if (_file is null) return;
        var cursors = new JsonObject();
        // Not of state: its keys are not kept either, so the next run begins with a snapshot.
        foreach (var follower in All.Where(follower => follower.Kind != "state"))
            if (follower.Cursor is { } cursor) cursors[follower.Channel] = cursor.ToJson();
        // Whole or not at all, whenever the program ends.
        File.WriteAllText($"{_file}.new", cursors.ToJsonString(Output.Json));
        File.Move($"{_file}.new", _file, overwrite: true);
    }
}
