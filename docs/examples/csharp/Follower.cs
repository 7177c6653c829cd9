using System.Text.Json.Nodes;

namespace Hyphae.Example;

/// <summary>A place in a channel: the offset is that of the next record.</summary>
public sealed record Cursor(string Epoch, long Offset)
{
    public static Cursor? Of(JsonNode? node) =>
        node is null ? null : new Cursor((string)node["epoch"]!, (long)node["offset"]!);

    public JsonObject ToJson() => new() { ["epoch"] = Epoch, ["offset"] = Offset };
}

/// <summary>One channel: takes messages in their place, prints what they carry, and tells what is missing.</summary>
public sealed class Follower(string channel, Cursor? kept)
{
    private long _thinned;

    public string Channel => channel;

    /// <summary>"subscribed" has come on this connection.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Known since "subscribed".</summary>
    public string? Kind { get; private set; }

    public Cursor? Cursor { get; private set; } = kept;

    /// <summary>Nothing is taken before the next "subscribed".</summary>
    public void Wait() => IsReady = false;

    public void Subscribed(JsonNode message)
    {
        IsReady = true;
        _thinned = 0;
        Kind = (string?)message["kind"];
        if (Kind == "state")
        {
            if (!(bool)message["recovered"]!) Cursor = null;
            return;
        }
        if (message["gap"] is { } gap) TellGap(gap, message);
        Cursor = Cursor.Of(message["cursor"]);
    }

    /// <summary>Throws <see cref="HoleException"/> when the message does not follow what we have.</summary>
    public void Take(JsonNode message)
    {
        if (!IsReady) return;
        switch ((string?)message["t"])
        {
            case "events":
                TakeEvents(message);
                break;
            case "samples":
                Take(SampleBatch.FromJson(message));
                break;
            case "state":
                TakeState(message);
                break;
            case "gap":
                TellGap(message["gap"]!, message);
                Cursor = Cursor.Of(message["cursor"]);
                break;
            case "thinned":
                _thinned = (long)message["n"]!;
                Output.Say(new() { ["channel"] = channel, ["thinned"] = _thinned, ["to"] = message["cursor"]!.DeepClone() });
                Cursor = Cursor.Of(message["cursor"]);
                break;
        }
    }

    public void Take(SampleBatch batch)
    {
        if (!IsReady) return;
        var skip = Place(batch.Epoch, batch.Offset, batch.Times.Length);
        for (var row = skip; row < batch.Times.Length; row++)
        {
            var values = new JsonObject();
            for (var index = 0; index < batch.Series.Length; index++)
            {
                var value = batch.Columns[index][row];
                values[batch.Series[index]] = double.IsNaN(value) ? null : JsonValue.Create(value);
            }
            var line = new JsonObject
            {
                ["channel"] = channel,
                ["offset"] = batch.Offset + row,
                ["at"] = batch.Times[row],
                ["values"] = values,
                ["provenance"] = batch.Provenance,
            };
            if (_thinned > 0) line["thinned"] = true;
            Output.Say(line);
        }
        _thinned = 0;
    }

    private void TakeEvents(JsonNode message)
    {
        var records = message["records"]!.AsArray();
        var from = (long)message["from"]!;
        for (var index = Place((string)message["epoch"]!, from, records.Count); index < records.Count; index++)
            Output.Say(new() { ["channel"] = channel, ["offset"] = from + index, ["record"] = records[index]?.DeepClone() });
    }

    private void TakeState(JsonNode message)
    {
        if ((bool)message["snapshot"]!) Output.Say(new() { ["channel"] = channel, ["snapshot"] = true });
        foreach (var put in message["puts"]!.AsArray())
            Output.Say(new() { ["channel"] = channel, ["key"] = (string)put![0]!, ["record"] = put[1]?.DeepClone() });
        foreach (var key in message["dels"]!.AsArray())
            Output.Say(new() { ["channel"] = channel, ["key"] = (string)key!, ["deleted"] = true });
        Cursor = Cursor.Of(message["cursor"]);
    }

    /// <summary>How many of the records we have already; moves the cursor behind them.</summary>
    private int Place(string epoch, long first, int count)
    {
        if (Cursor is not { } at || epoch != at.Epoch || first > at.Offset)
        {
            IsReady = false;
            throw new HoleException($"{channel}: at {Cursor}, but {epoch}:{first} came");
        }
        Cursor = new Cursor(epoch, Math.Max(at.Offset, first + count));
        return (int)Math.Min(count, at.Offset - first);
    }

    private void TellGap(JsonNode gap, JsonNode message) => Output.Say(new()
    {
        ["channel"] = channel,
        ["gap"] = gap.DeepClone(),
        ["from"] = message["from"]?.DeepClone() ?? Cursor?.ToJson(),
        ["to"] = message["cursor"]!.DeepClone(),
    });
}
