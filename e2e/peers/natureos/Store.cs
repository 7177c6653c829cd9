namespace Hyphae.Peers.Natureos;

/// <summary>What the store holds, and how it fails today: <c>full</c>, <c>empty</c> or <c>error</c>.</summary>
public sealed class Store
{
    private readonly Lock _lock = new();
    private readonly List<Device> _devices = [];
    private readonly List<MycorrhizaeEvent> _events = [];

    public string Mode { get; set; } = "full";

    public void Put(Device device)
    {
        lock (_lock)
        {
            _devices.RemoveAll(each => each.DeviceId == device.DeviceId);
            _devices.Add(device);
        }
    }

    public void Put(MycorrhizaeEvent item)
    {
        lock (_lock)
        {
            _events.Insert(0, item);
            if (_events.Count > 1000) _events.RemoveRange(1000, _events.Count - 1000);
        }
    }

    /// <summary>Throws where the real one would answer with a ProblemDetails of 500.</summary>
    public Device[] Devices()
    {
        if (Mode == "error") throw new InvalidOperationException("the store cannot be read");
        lock (_lock) return Mode == "empty" ? [] : [.. _devices];
    }

    public MycorrhizaeEvent[] Events(int most)
    {
        if (Mode == "error") throw new InvalidOperationException("the store cannot be read");
        lock (_lock) return Mode == "empty" ? [] : [.. _events.Take(most)];
    }
}
