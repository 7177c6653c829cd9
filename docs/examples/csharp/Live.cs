using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Hyphae.Example;

/// <summary>A connection to /live that comes back by itself. Follows channels, and publishes each thing once.</summary>
public sealed class Live(Settings settings, Followers followers)
{
    private const int MostBytes = 8 * 1024 * 1024;
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Silent = TimeSpan.FromSeconds(25);

    private readonly string _id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    private readonly SortedDictionary<long, (JsonObject Message, TaskCompletionSource<JsonNode> Answered)> _waiting = [];
    private readonly SemaphoreSlim _sending = new(1);
    private readonly TaskCompletionSource _ponged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ClientWebSocket? _socket;
    private TimeSpan? _wait;
    private int _attempt;
    private long _rid;
    private int _again = 1_000;
    private Task _repeating = Task.CompletedTask;

    /// <summary>Connects, again and again. Ends only with <see cref="RefusedException"/> or when it is stopped.</summary>
    public async Task Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            _attempt++;
            _wait = null;
            using var socket = new ClientWebSocket();
            try
            {
                await Connect(socket, stop);
            }
            catch (Exception error) when (error is WebSocketException or HttpRequestException or IOException or EndedException or HoleException)
            {
                Output.Note($"the connection ended: {error.Message}");
            }
            catch (Exception error) when (IsAborted(error, stop))
            {
                Output.Note("the connection ended: silent, or broken");
            }
            finally
            {
                _socket = null;
            }
            await Task.Delay(_wait ?? Output.Backoff(_attempt), stop);
        }
    }

    /// <summary>Sends until it is answered, over as many connections as that takes.</summary>
    public async Task<JsonNode> Ask(JsonObject message, CancellationToken stop)
    {
        var rid = ++_rid;
        message["rid"] = rid;
        while (true)
        {
            var answered = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_waiting) _waiting[rid] = (message, answered);
            await Send(message, stop);
            var answer = await answered.Task.WaitAsync(stop);
            if ((bool)answer["ok"]!) return answer;
            var error = answer["error"]!;
            var retryMs = (double?)answer["retryAfterMs"];
            if (retryMs is null && !Output.IsForNow((string)error["code"]!)) throw new RefusedException(Output.Words(error));
            Output.Note($"not yet: {Output.Words(error)}");
            await Task.Delay(retryMs is { } ms ? TimeSpan.FromMilliseconds(ms) : Output.Backoff(3), stop);
        }
    }

    /// <summary>A batch is not answered, a ping behind it is, and a refusal comes before the pong.</summary>
    public async Task SendBatch(SampleBatch batch, CancellationToken stop)
    {
        while (_socket is null) await Task.Delay(10, stop);
        await Send(batch.Pack(), WebSocketMessageType.Binary, stop);
        await Send(new JsonObject { ["t"] = "ping", ["at"] = Output.NowMs }, stop);
        await _ponged.Task.WaitAsync(stop);
    }

    private async Task Connect(ClientWebSocket socket, CancellationToken stop)
    {
        socket.Options.AddSubProtocol("hyphae.v1");
        // The server's pings are answered by the library, which does not show them: our own show that the link lives.
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        socket.Options.CollectHttpResponseDetails = true;
        if (settings.Token is { } token) socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        try
        {
            await socket.ConnectAsync(new Uri($"ws{settings.Url[4..]}/live"), stop);
        }
        catch (WebSocketException) when ((int)socket.HttpStatusCode is 400 or 401 or 403 or 404)
        {
            throw new RefusedException($"the server does not let us in: HTTP {(int)socket.HttpStatusCode}");
        }
        await Greet(socket, stop);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var pinging = Ping(ended.Token);
        try
        {
            var buffer = new MemoryStream();
            while (true)
            {
                var isText = await Receive(socket, buffer, stop);
                if (isText) await Take(JsonNode.Parse(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length))!, stop);
                else await Take(SampleBatch.Unpack(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)), stop);
            }
        }
        finally
        {
            await ended.CancelAsync();
            await pinging;
        }
    }

    private async Task Greet(ClientWebSocket socket, CancellationToken stop)
    {
        var client = new JsonObject { ["id"] = _id, ["name"] = "C# example" };
        var hello = new JsonObject { ["t"] = "hello", ["contract"] = 1, ["build"] = "csharp-example", ["client"] = client };
        await socket.SendAsync(Encoding.UTF8.GetBytes(hello.ToJsonString(Output.Json)), WebSocketMessageType.Text, true, stop);
        for (var number = 0; number < followers.All.Count; number++)
            await socket.SendAsync(SubscribeTo(number, followers.All[number]), WebSocketMessageType.Text, true, stop);
        JsonObject[] again;
        lock (_waiting)
        {
            // From here on a question is sent by who asks it.
            again = [.. _waiting.Values.Select(one => one.Message)];
            _socket = socket;
        }
        foreach (var message in again) await Send(message, stop);
    }

    private byte[] SubscribeTo(int number, Follower follower)
    {
        follower.Wait();
        var subscribe = new JsonObject { ["t"] = "subscribe", ["id"] = number, ["channel"] = follower.Channel };
        if (follower.Cursor is { } cursor) subscribe["since"] = cursor.ToJson();
        else if (settings.Rewind is { } rewind) subscribe["rewind"] = rewind;
        return Encoding.UTF8.GetBytes(subscribe.ToJsonString(Output.Json));
    }

    /// <summary>One whole message; true: text. Throws when nothing came for too long, or when the connection ended.</summary>
    private async Task<bool> Receive(ClientWebSocket socket, MemoryStream buffer, CancellationToken stop)
    {
        buffer.SetLength(0);
        var piece = new byte[16_384];
        while (true)
        {
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(stop);
            silence.CancelAfter(Silent);
            var result = await socket.ReceiveAsync(piece.AsMemory(), silence.Token);
            if (result.MessageType == WebSocketMessageType.Close) throw Closed(socket);
            buffer.Write(piece, 0, result.Count);
            if (buffer.Length > MostBytes) throw new EndedException("a message longer than 8 MiB");
            if (result.EndOfMessage) return result.MessageType == WebSocketMessageType.Text;
        }
    }

    /// <summary>The library says "cancelled", too, when it was the socket that broke.</summary>
    private static bool IsAborted(Exception error, CancellationToken stop) =>
        error is OperationCanceledException && !stop.IsCancellationRequested;

    private static Exception Closed(ClientWebSocket socket)
    {
        var code = (int?)socket.CloseStatus ?? 1005;
        var words = $"closed by the server: {code} {socket.CloseStatusDescription}";
        return code is 1002 or 1003 or 1007 or 1008 or 1009 or 4001 or 4002 or 4005
            ? new RefusedException(words)
            : new EndedException(words);
    }

    private async Task Take(SampleBatch batch, CancellationToken stop)
    {
        if (followers.Find(batch.Channel) is { } follower) await Fill(follower, () => follower.Take(batch), stop);
    }

    private async Task Take(JsonNode message, CancellationToken stop)
    {
        switch ((string?)message["t"])
        {
            case "welcome":
                Output.Note($"connected to {message["server"]}");
                if (followers.All.Count == 0) _attempt = 0;
                break;
            case "pong":
                _ponged.TrySetResult();
                break;
            case "subscribed":
                _attempt = 0;
                followers.Find((string?)message["channel"])?.Subscribed(message);
                break;
            case "events" or "state" or "gap" or "thinned":
                if (followers.Find((string?)message["channel"]) is { } follower) await Fill(follower, () => follower.Take(message), stop);
                break;
            case "answer":
                Answered(message);
                break;
            case "reconnect":
                _attempt = 0;
                _wait = TimeSpan.FromMilliseconds((double)message["afterMs"]!);
                break;
            case "refused":
                Output.Note($"refused {message["count"]}: {Output.Words(message["error"]!)}");
                if ((double?)message["retryAfterMs"] is { } ms && _repeating.IsCompleted) _repeating = Repeat(ms, stop);
                break;
            case "health":
                Output.Note(message["degraded"] is { } degraded ? $"degraded: {degraded["reason"]}" : "well again");
                break;
        }
    }

    /// <summary>Takes a message; a hole is asked for again on the same connection.</summary>
    private async Task Fill(Follower follower, Action take, CancellationToken stop)
    {
        try
        {
            take();
            followers.Keep();
        }
        catch (HoleException hole)
        {
            Output.Note($"a hole, asking again: {hole.Message}");
            await SubscribeAgain(follower, stop);
        }
    }

    /// <summary>A rate was used up and messages were dropped: what is not answered is sent again.</summary>
    private async Task Repeat(double waitMs, CancellationToken stop)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(waitMs), stop);
        JsonObject[] again;
        lock (_waiting) again = [.. _waiting.Values.Select(one => one.Message)];
        foreach (var message in again) await Send(message, stop);
        foreach (var follower in followers.All.Where(follower => !follower.IsReady)) await SubscribeAgain(follower, stop);
    }

    private async Task SubscribeAgain(Follower follower, CancellationToken stop)
    {
        await Send(new JsonObject { ["t"] = "unsubscribe", ["channel"] = follower.Channel }, stop);
        await Send(SubscribeTo(_again++, follower), WebSocketMessageType.Text, stop);
    }

    private void Answered(JsonNode answer)
    {
        lock (_waiting)
        {
            if (_waiting.Remove((long)answer["rid"]!, out var asked))
            {
                asked.Answered.TrySetResult(answer);
                return;
            }
        }
        if ((bool)answer["ok"]!) return;
        // Of a subscription.
        var retryMs = (double?)answer["retryAfterMs"];
        if (retryMs is null && !Output.IsForNow((string)answer["error"]!["code"]!))
            throw new RefusedException(Output.Words(answer["error"]!));
        _wait = TimeSpan.FromMilliseconds(retryMs ?? 1_000);
        throw new EndedException(Output.Words(answer["error"]!));
    }

    private async Task Ping(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(PingEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(stop)) await Send(new JsonObject { ["t"] = "ping", ["at"] = Output.NowMs }, stop);
        }
        catch (OperationCanceledException)
        {
            // The connection ended, and this with it.
        }
    }

    private Task Send(JsonObject message, CancellationToken stop) =>
        Send(Encoding.UTF8.GetBytes(message.ToJsonString(Output.Json)), WebSocketMessageType.Text, stop);

    /// <summary>While there is no connection, what is to be answered waits in <see cref="_waiting"/>.</summary>
    private async Task Send(byte[] data, WebSocketMessageType type, CancellationToken stop)
    {
        if (_socket is not { } socket) return;
        await _sending.WaitAsync(stop);
        try
        {
            await socket.SendAsync(data, type, true, stop);
        }
        catch (Exception error) when (error is WebSocketException or IOException or InvalidOperationException || IsAborted(error, stop))
        {
            // The receiving side sees the same end and comes back.
            Output.Note($"could not send: {error.Message}");
        }
        finally
        {
            _sending.Release();
        }
    }

    public async Task Close()
    {
        if (_socket is not { State: WebSocketState.Open } socket) return;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException)
        {
            Output.Note($"closed without a word: {error.Message}");
        }
    }
}
