using System.Text.Json;
using Microsoft.AspNetCore.SignalR;

namespace Hyphae.Peers.Natureos;

/// <summary>The routes beside the hub that a client of it needs, with what they really do.</summary>
public static class Rest
{
    private static readonly Dictionary<string, string> CommandNames = new()
    {
        ["set_mosfet"] = "SetMosfet",
        ["set_telemetry_interval"] = "SetTelemetryInterval",
        ["i2c_scan"] = "ScanI2C",
        ["get_status"] = "GetStatus",
        ["set_analog_label"] = "SetAnalogLabel",
        ["set_mosfet_label"] = "SetMosfetLabel",
        ["firmware_update"] = "FirmwareUpdate",
        ["reset"] = "Reset",
    };

    public static void MapRest(this WebApplication app)
    {
        app.MapGet("/health", () => "Healthy");
        app.MapGet("/api/devices", (Store store) => store.Devices());
        app.MapGet("/api/devices/{id}", (string id, Store store) =>
            store.Devices().FirstOrDefault(each => each.DeviceId == id) is { } device
                ? Results.Ok(device)
                : Results.NotFound("Device not found"));
        app.MapGet("/devices", (Store store) => new { items = store.Devices() });
        app.MapGet("/api/mycobrain/devices", () => Array.Empty<object>());
        app.MapGet("/api/events", (Store store, int? pageSize) => new
        {
            items = store.Events(pageSize ?? 50),
            totalCount = (int?)null,
            continuationToken = (string?)null,
            hasMore = false,
        });
        app.MapGet("/devices/{id}/sensor-data", (string id) => new
        {
            items = new[]
            {
                new
                {
                    device_id = id, sensor_type = "temperature", value = 21.5, unit = (string?)null,
                    timestamp = DateTime.UtcNow,
                    metadata = new { serial = id, sequence = 1, firmware_version = "2.3.1" },
                },
            },
        });
        MapCommands(app);
        MapIngest(app);
    }

    private static void MapCommands(WebApplication app)
    {
        app.MapPost("/devices/{id}/commands/mycobrain", async (string id, JsonElement body, IHubContext<NatureosHub> hub) =>
        {
            var type = body.TryGetProperty("command_type", out var value) ? value.GetString() : null;
            if (string.IsNullOrEmpty(type)) return Results.BadRequest(new { error = "command_type_required" });
            if (!CommandNames.TryGetValue(type, out var name)) return Results.BadRequest(new { error = "unknown_command_type" });
            var sequence = SequenceOf(body) ?? unchecked((uint)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
            await Announce(hub, id, name, sequence);
            return Results.Ok(new { status = "sent", sequence });
        });
        app.MapPost("/api/mycobrain/command", async (JsonElement body, IHubContext<NatureosHub> hub) =>
        {
            var number = body.GetProperty("cmd_id").GetInt32();
            if (number < 1 || number > CommandNames.Count) return Results.Json(new { error = "send_failed" }, statusCode: 500);
            var name = CommandNames.Values.ElementAt(number - 1);
            await Announce(hub, body.GetProperty("target_serial").GetString() ?? "", name, body.GetProperty("seq").GetUInt32());
            return Results.Ok(new { status = "sent" });
        });
        // Says yes and does nothing.
        app.MapPost("/api/devices/{deviceId}/commands/mycobrain", (string deviceId) => Results.Accepted(null, new
        {
            deviceId,
            status = "accepted",
            message = "Command accepted",
            receivedAt = DateTime.UtcNow,
        }));
    }

    private static uint? SequenceOf(JsonElement body)
    {
        if (!body.TryGetProperty("parameters", out var parameters) || parameters.ValueKind != JsonValueKind.Object) return null;
        foreach (var name in new[] { "seq", "sequence", "sequence_number" })
            if (parameters.TryGetProperty(name, out var value) && value.TryGetUInt32(out var sequence)) return sequence;
        return null;
    }

    private static Task Announce(IHubContext<NatureosHub> hub, string deviceId, string commandId, uint sequence) =>
        hub.Clients.Group(NatureosHub.Dashboard).SendAsync("DeviceCommand", new
        {
            deviceId,
            deviceType = "mycobrain",
            commandId,
            sequence,
            timestamp = DateTime.UtcNow,
        });

    private static void MapIngest(WebApplication app)
    {
        app.MapPost("/api/mycobrain/telemetry", async (MycoBrainTelemetry data, IHubContext<NatureosHub> hub, Store store) =>
        {
            var now = DateTime.UtcNow;
            store.Put(new Device { DeviceId = data.Serial, Status = DeviceStatus.Online, LastSeen = now, CreatedAt = now, UpdatedAt = now });
            await hub.Clients.Group(NatureosHub.Dashboard).SendAsync("DeviceUpdate", new
            {
                deviceId = data.Serial,
                deviceType = "mycobrain",
                data,
                timestamp = now,
                status = "Updated",
            });
            return new { success = true, eventId = $"{data.Serial}-{data.Seq}", timestamp = now, message = "Ingested" };
        });
        app.MapPost("/api/mycosoft/mushroom1/telemetry", async (JsonElement data, IHubContext<NatureosHub> hub, Store store) =>
        {
            var item = new MycorrhizaeEvent
            {
                EventId = Guid.NewGuid().ToString("N"),
                Timestamp = DateTime.UtcNow,
                SourceDevice = "mushroom1",
                KingdomDomain = "FUNGA.environmental",
                SignalVector = data,
                References = new References { Location = new Place { Latitude = 47.6062, Longitude = -122.3321, Accuracy = 10 } },
                Ttl = 86400,
            };
            store.Put(item);
            var dashboard = hub.Clients.Group(NatureosHub.Dashboard);
            await dashboard.SendAsync("EventReceived", new { @event = item, source = "Mushroom1", timestamp = item.Timestamp, type = "TelemetryUpdate" });
            await dashboard.SendAsync("DeviceUpdate", new { deviceId = "mushroom1", data, timestamp = DateTime.UtcNow, status = "Updated" });
            return new { success = true, eventId = item.EventId, timestamp = item.Timestamp, message = "Ingested" };
        });
    }
}
