// A client of Hyphae, written from docs/protocol.md alone. See README.md for how to call it.
using System.Text.Json.Nodes;
using Hyphae.Example;

if (Settings.Read(args) is not { } settings)
{
    Output.Note("usage: [--url URL] [--token TOKEN] subscribe CHANNEL… | publish CHANNEL JSON… | samples CHANNEL NAME=NUMBER…");
    return 2;
}
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
var followers = new Followers(settings);
var live = new Live(settings, followers);
using var http = new Http(settings);
try
{
    if (settings.Verb == "subscribe") await (settings.Sse ? http.Follow(followers, stop.Token) : live.Run(stop.Token));
    else if (settings.Http) await Publish();
    else
    {
        var running = live.Run(stop.Token);
        var publishing = settings.Verb == "publish" ? Publish() : Samples();
        await await Task.WhenAny(running, publishing);
        await live.Close();
    }
    return 0;
}
catch (RefusedException refused)
{
    Output.Note(refused.Message);
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 0;
}

// Each JSON of the command line, one after the other; `-` stands for the lines of standard input.
async Task Publish()
{
    foreach (var text in settings.Words.Skip(1))
    {
        if (text != "-") await One(text);
        else
            while (await Console.In.ReadLineAsync(stop.Token) is { } line)
                if (line.Trim() != "") await One(line);
    }

    async Task One(string text)
    {
        var channel = settings.Words[0];
        var publication = PublicationOf(channel, JsonNode.Parse(text));
        Output.Say((settings.Http ? await http.Publish(channel, publication, stop.Token) : await Ask(channel, publication)).AsObject());
    }
}

async Task Samples()
{
    var pairs = settings.Words.Skip(1).Select(word => word.Split('=', 2)).ToArray();
    var channel = settings.Words[0];
    var batch = new SampleBatch(
        channel, "-", 0, [.. pairs.Select(pair => pair[0])], settings.Provenance, [Output.NowMs],
        [.. pairs.Select(pair => new[] { double.Parse(pair[1]) })]);
    if (settings.Binary)
    {
        await live.SendBatch(batch, stop.Token);
        return;
    }
    var samples = new JsonObject
    {
        ["series"] = new JsonArray([.. batch.Series.Select(name => JsonValue.Create(name))]),
        ["provenance"] = batch.Provenance,
        ["times"] = new JsonArray(batch.Times[0]),
        ["columns"] = new JsonArray([.. batch.Columns.Select(column => new JsonArray(column[0]))]),
    };
    Output.Say((await Ask(channel, new JsonObject { ["samples"] = samples })).AsObject());
}

async Task<JsonNode> Ask(string channel, JsonObject publication)
{
    publication["t"] = "publish";
    publication["channel"] = channel;
    // A change of state needs no key: to put it twice changes nothing.
    if (!channel.StartsWith("state/", StringComparison.Ordinal)) publication["key"] = Guid.NewGuid().ToString("N");
    var answer = await live.Ask(publication, stop.Token);
    return new JsonObject { ["cursor"] = answer["cursor"]!.DeepClone(), ["duplicate"] = answer["duplicate"]!.DeepClone() };
}

static JsonObject PublicationOf(string channel, JsonNode? value) => channel.Split('/')[0] switch
{
    "state" => new() { ["puts"] = new JsonArray([.. value!.AsObject().Select(one => new JsonArray(one.Key, one.Value?.DeepClone()))]) },
    "samples" => new() { ["samples"] = value },
    _ => new() { ["records"] = new JsonArray(value) },
};
