using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http.Connections.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Hyphae.Peers.Natureos;

/// <summary>Who is connected, so that a test can count them, drop them and close them.</summary>
public sealed class Connections(ILogger<DefaultHubLifetimeManager<NatureosHub>> logger)
    : DefaultHubLifetimeManager<NatureosHub>(logger)
{
    private readonly ConcurrentDictionary<string, HubConnectionContext> _open = new();
    private int _ever;

    public int Count => _open.Count;

    public int Ever => _ever;

    public IEnumerable<string> Transports =>
        _open.Values.Select(each => each.Features.Get<IHttpTransportFeature>()?.TransportType.ToString() ?? "");

    public override Task OnConnectedAsync(HubConnectionContext connection)
    {
        Interlocked.Increment(ref _ever);
        _open[connection.ConnectionId] = connection;
        return base.OnConnectedAsync(connection);
    }

    public override Task OnDisconnectedAsync(HubConnectionContext connection)
    {
        _open.TryRemove(connection.ConnectionId, out _);
        return base.OnDisconnectedAsync(connection);
    }

    /// <summary>The network is cut: no word of the protocol, no goodbye.</summary>
    public int Drop()
    {
        var all = _open.Values.ToArray();
        foreach (var each in all)
        {
            var http = each.Features.Get<IHttpContextFeature>()?.HttpContext;
            http?.Abort();
            each.Abort();
        }
        return all.Length;
    }

    /// <summary>A close message, and then the end.</summary>
    public async Task<int> Close(bool allowReconnect, string? error)
    {
        var all = _open.Values.ToArray();
        foreach (var each in all) await each.WriteAsync(new CloseMessage(error, allowReconnect));
        await Task.Delay(50);
        foreach (var each in all) each.Abort();
        return all.Length;
    }
}
