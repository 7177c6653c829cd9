using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Hyphae.Example;

/// <summary>Following and publishing with nothing but HTTP.</summary>
public sealed class Http : IDisposable
{
    private static readonly TimeSpan Silent = TimeSpan.FromSeconds(25);
    private readonly Settings _settings;
    private readonly HttpClient _client = new() { Timeout = Timeout.InfiniteTimeSpan };

    public Http(Settings settings)
    {
        _settings = settings;
        if (settings.Token is { } token)
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Publishes once, however often it must be sent.</summary>
    public async Task<JsonNode> Publish(string channel, JsonObject publication, CancellationToken stop)
    {
        var key = Guid.NewGuid().ToString("N");
        for (var attempt = 1; ; attempt++)
        {
            var wait = Output.Backoff(attempt);
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"{_settings.Url}/api/channels/{channel}");
                request.Content = new StringContent(publication.ToJsonString(Output.Json), Encoding.UTF8, "application/json");
                if (!channel.StartsWith("state/", StringComparison.Ordinal)) request.Headers.Add("Idempotency-Key", key);
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
                patience.CancelAfter(Silent);
                using var response = await _client.SendAsync(request, patience.Token);
                var body = await response.Content.ReadAsStringAsync(patience.Token);
                if (response.IsSuccessStatusCode) return JsonNode.Parse(body)!;
                wait = Judge(response, body) ?? wait;
            }
            catch (Exception error) when (IsEnd(error, stop))
            {
                Output.Note($"no answer, asking again: {error.Message}");
            }
            await Task.Delay(wait, stop);
        }
    }

    /// <summary>Follows channels by Server-Sent Events, and comes back with its cursors.</summary>
    public async Task Follow(Followers followers, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            var wait = Output.Backoff(attempt);
            try
            {
                var query = string.Concat(followers.All.Select(QueryOf));
                if (_settings.Rewind is { } rewind) query += $"&rewind={rewind}";
                using var request = new HttpRequestMessage(HttpMethod.Get, $"{_settings.Url}/sse?{query[1..]}");
                using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
                if (!response.IsSuccessStatusCode)
                    wait = Judge(response, await response.Content.ReadAsStringAsync(stop)) ?? wait;
                else
                    await foreach (var message in Events(response, stop))
                        switch ((string?)message["t"])
                        {
                            case "welcome":
                                Output.Note($"connected to {message["server"]}");
                                break;
                            case "subscribed":
                                attempt = 0;
                                followers.Find((string?)message["channel"])?.Subscribed(message);
                                break;
                            case "answer":
                                throw new RefusedException(Output.Words(message["error"]!));
                            case "reconnect":
                                attempt = 0;
                                wait = TimeSpan.FromMilliseconds((double)message["afterMs"]!);
                                break;
                            default:
                                followers.Find((string?)message["channel"])?.Take(message);
                                followers.Keep();
                                break;
                        }
                Output.Note("the stream ended");
            }
            catch (Exception error) when (IsEnd(error, stop))
            {
                Output.Note($"the stream ended: {error.Message}");
            }
            await Task.Delay(wait, stop);
        }
    }

    private static string QueryOf(Follower follower)
    {
        follower.Wait();
        var channel = $"&channel={Uri.EscapeDataString(follower.Channel)}";
        if (follower.Cursor is not { } cursor) return channel;
        return $"{channel}&since={Uri.EscapeDataString($"{follower.Channel}={cursor.Epoch}:{cursor.Offset}")}";
    }

    private static bool IsEnd(Exception error, CancellationToken stop) =>
        error is HttpRequestException or IOException or HoleException
        || (error is OperationCanceledException && !stop.IsCancellationRequested);

    /// <summary>How long to wait before the next attempt, if the server says; throws when there is no use in one.</summary>
    private static TimeSpan? Judge(HttpResponseMessage response, string body)
    {
        var status = response.StatusCode;
        if ((int)status is >= 400 and < 500 && status != HttpStatusCode.TooManyRequests)
            throw new RefusedException($"HTTP {(int)status} {body}");
        Output.Note($"HTTP {(int)status} {body}");
        return response.Headers.RetryAfter?.Delta;
    }

    private static async IAsyncEnumerable<JsonNode> Events(
        HttpResponseMessage response, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(stop), Encoding.UTF8);
        var data = new StringBuilder();
        while (true)
        {
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(stop);
            silence.CancelAfter(Silent);
            var line = await reader.ReadLineAsync(silence.Token);
            if (line is null) yield break;
            if (line.StartsWith("data:", StringComparison.Ordinal)) data.Append(line.AsSpan(5).TrimStart(' ')).Append('\n');
            else if (line.Length == 0 && data.Length > 0)
            {
                yield return JsonNode.Parse(data.ToString())!;
                data.Clear();
            }
        }
    }
}
