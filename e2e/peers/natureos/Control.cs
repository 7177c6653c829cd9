using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;

namespace Hyphae.Peers.Natureos;

/// <summary>What a test may do to the peer. The real one has nothing of this.</summary>
public static class Control
{
    public static void MapControl(this WebApplication app, HttpConnectionDispatcherOptions hubOptions)
    {
        app.MapGet("/control/connections", (Connections connections) =>
            new { count = connections.Count, ever = connections.Ever, transports = connections.Transports });
        // { target, argument, group? } — without a group to everybody; raw JSON keeps its casing.
        app.MapPost("/control/push", async (JsonElement body, IHubContext<NatureosHub> hub) =>
        {
            var to = body.TryGetProperty("group", out var group) ? hub.Clients.Group(group.GetString() ?? "") : hub.Clients.All;
            object?[] arguments = body.TryGetProperty("argument", out var argument) ? [argument] : [];
            await to.SendCoreAsync(body.GetProperty("target").GetString() ?? "", arguments);
        });
        app.MapPost("/control/drop", (Connections connections) => new { dropped = connections.Drop() });
        app.MapPost("/control/close", async (Connections connections, bool allowReconnect, string? error) =>
            new { closed = await connections.Close(allowReconnect, error) });
        // For connections that come after it: ?only=LongPolling,ServerSentEvents
        app.MapPost("/control/transports", (string only) =>
        {
            hubOptions.Transports = Enum.Parse<HttpTransportType>(only);
        });
        app.MapPost("/control/store", (string mode, Store store) => { store.Mode = mode; });
        app.MapPost("/control/device", (Device device, Store store) => store.Put(device));
    }
}
