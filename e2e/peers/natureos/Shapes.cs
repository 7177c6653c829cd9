using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hyphae.Peers.Natureos;

/// <summary>A type with names of its own: they stay as they are, also inside camelCase.</summary>
public sealed class MycoBrainTelemetry
{
    [JsonPropertyName("seq")] public uint Seq { get; set; }
    [JsonPropertyName("serial")] public string Serial { get; set; } = "";
    [JsonPropertyName("fw_version")] public string FwVersion { get; set; } = "";
    [JsonPropertyName("ts")] public long Ts { get; set; }
    [JsonPropertyName("side_a")] public SideA? SideA { get; set; }
    [JsonPropertyName("side_b")] public SideB? SideB { get; set; }
    [JsonPropertyName("power")] public Power? Power { get; set; }
}

public sealed class SideA
{
    [JsonPropertyName("ai_counts")] public Dictionary<string, int> AiCounts { get; set; } = [];
    [JsonPropertyName("ai_volts")] public Dictionary<string, double> AiVolts { get; set; } = [];
    [JsonPropertyName("bme688")] public Bme688? Bme688 { get; set; }
    [JsonPropertyName("i2c_devices")] public List<string> I2cDevices { get; set; } = [];
    [JsonPropertyName("mosfet_states")] public Dictionary<string, bool> MosfetStates { get; set; } = [];
    [JsonPropertyName("uptime_ms")] public long UptimeMs { get; set; }
}

public sealed class Bme688
{
    [JsonPropertyName("temperature")] public double Temperature { get; set; }
    [JsonPropertyName("humidity")] public double Humidity { get; set; }
    [JsonPropertyName("pressure")] public double Pressure { get; set; }
    [JsonPropertyName("gas_resistance")] public double GasResistance { get; set; }
    [JsonPropertyName("chip_id")] public string? ChipId { get; set; }
}

public sealed class SideB
{
    [JsonPropertyName("rssi")] public int? Rssi { get; set; }
    [JsonPropertyName("snr")] public double? Snr { get; set; }
    [JsonPropertyName("tx_count")] public int TxCount { get; set; }
    [JsonPropertyName("rx_count")] public int RxCount { get; set; }
    [JsonPropertyName("ack_count")] public int AckCount { get; set; }
    [JsonPropertyName("retry_count")] public int RetryCount { get; set; }
}

public sealed class Power
{
    [JsonPropertyName("battery_voltage")] public double? BatteryVoltage { get; set; }
    [JsonPropertyName("source")] public string? Source { get; set; }
    [JsonPropertyName("power_good")] public bool PowerGood { get; set; }
}

public sealed class MycorrhizaeEvent
{
    [JsonPropertyName("event_id")] public string EventId { get; set; } = "";
    [JsonPropertyName("timestamp")] public DateTime Timestamp { get; set; }
    [JsonPropertyName("source_device")] public string SourceDevice { get; set; } = "";
    [JsonPropertyName("kingdom_domain")] public string KingdomDomain { get; set; } = "";
    [JsonPropertyName("signal_vector")] public JsonElement SignalVector { get; set; }
    [JsonPropertyName("decoded_meaning")] public object? DecodedMeaning { get; set; }
    [JsonPropertyName("references")] public References? References { get; set; }
    [JsonPropertyName("metadata")] public object? Metadata { get; set; }
    [JsonPropertyName("ttl")] public int? Ttl { get; set; }
}

public sealed class References
{
    [JsonPropertyName("location")] public Place? Location { get; set; }
}

public sealed class Place
{
    [JsonPropertyName("latitude")] public double Latitude { get; set; }
    [JsonPropertyName("longitude")] public double Longitude { get; set; }
    [JsonPropertyName("accuracy")] public double Accuracy { get; set; }
}

public enum DeviceStatus { Unknown, Online, Offline, Maintenance, Error }

/// <summary>A plain type: camelCase, and its status is a number.</summary>
public sealed class Device
{
    public string DeviceId { get; set; } = "";
    public string? Name { get; set; }
    public string DeviceType { get; set; } = "mycobrain";
    public string? Location { get; set; }
    public DeviceStatus Status { get; set; }
    public DateTime LastSeen { get; set; }
    public double? BatteryLevel { get; set; }
    public string TenantId { get; set; } = "lab";
    public Dictionary<string, string> Metadata { get; set; } = [];
    public DateTime CreatedAt { get; set; }
    public DateTime UpdatedAt { get; set; }
}
