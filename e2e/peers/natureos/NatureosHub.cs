using Microsoft.AspNetCore.SignalR;

namespace Hyphae.Peers.Natureos;

/// <summary>The hub as NatureOS has it: groups, six methods, and no word when somebody comes or goes.</summary>
public sealed class NatureosHub : Hub
{
    public const string Dashboard = "DashboardUsers";
    public const string Myca = "MycaUsers";
    public const string All = "AllUsers";

    public override async Task OnConnectedAsync()
    {
        await Groups.AddToGroupAsync(Context.ConnectionId, All);
        await Clients.Caller.SendAsync("Connected", new
        {
            connectionId = Context.ConnectionId,
            timestamp = DateTime.UtcNow,
            message = "Connected to the hub",
        });
        await base.OnConnectedAsync();
    }

    public Task JoinDeviceGroup(string deviceId) => Join($"device-{deviceId}");

    public Task JoinLocationGroup(double latitude, double longitude, double radiusKm) =>
        Join($"location-{Math.Floor(latitude * 10) / 10}-{Math.Floor(longitude * 10) / 10}");

    public Task JoinDashboardGroup() => Join(Dashboard);

    public Task JoinMycaGroup() => Join(Myca);

    public async Task LeaveGroup(string groupName)
    {
        await Groups.RemoveFromGroupAsync(Context.ConnectionId, groupName);
        await Clients.Caller.SendAsync("LeftGroup", new { groupName, message = $"Left {groupName}" });
    }

    public Task SendMessage(string message) =>
        Clients.Others.SendAsync("MessageReceived", new
        {
            from = Context.ConnectionId,
            message,
            timestamp = DateTime.UtcNow,
        });

    private async Task Join(string groupName)
    {
        await Groups.AddToGroupAsync(Context.ConnectionId, groupName);
        await Clients.Caller.SendAsync("JoinedGroup", new { groupName, message = $"Joined {groupName}" });
    }
}
