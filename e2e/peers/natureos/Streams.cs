using System.Text.Json;

namespace Hyphae.Peers.Natureos;

/// <summary>The two event streams: no names, no ids, the same again and again.</summary>
public static class Streams
{
    private static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web);
    /// <summary>The outer names of the dashboard stay as they are in C#.</summary>
    private static readonly JsonSerializerOptions AsWritten = new();

    public static void MapStreams(this WebApplication app, Settings settings)
    {
        app.MapGet("/api/mycosoft/events/stream", (HttpContext http, Store store) =>
            Say(http, settings, 2000, () => JsonSerializer.Serialize(store.Events(5), Camel)));
        app.MapGet("/api/mycosoft/dashboard/stream", (HttpContext http, Store store) =>
            Say(http, settings, 5000, () => JsonSerializer.Serialize(new
            {
                Stats = JsonSerializer.SerializeToElement(new
                {
                    totalEvents = store.Events(1000).Length, activeDevices = store.Devices().Length, errorsLast24h = 0,
                }),
                LiveData = JsonSerializer.SerializeToElement(new
                {
                    readings = store.Devices().Select(each => new { deviceId = each.DeviceId, value = (double?)null, timestamp = each.LastSeen }),
                    lastUpdate = DateTime.UtcNow,
                }),
                Insights = JsonSerializer.SerializeToElement(new { trendingCompounds = Array.Empty<string>(), recentDiscoveries = Array.Empty<string>() }),
            }, AsWritten)));
    }

    private static async Task Say(HttpContext http, Settings settings, int everyMs, Func<string> message)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache";
        if (settings.Cors == "older") http.Response.Headers.AccessControlAllowOrigin = "*";
        try
        {
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.WriteAsync($"data: {message()}\n\n", http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
                await Task.Delay(everyMs, http.RequestAborted);
            }
        }
        catch (Exception cause) when (cause is InvalidOperationException or OperationCanceledException)
        {
            // A failure only ends the answer; its status was sent long ago.
        }
    }
}
