using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace Hyphae.Example;

/// <summary>Rows of numbers as columns. NaN: the row has no reading of that series.</summary>
public sealed record SampleBatch(
    string Channel, string Epoch, long Offset, string[] Series, string Provenance, double[] Times, double[][] Columns)
{
    /// <summary>Reads a binary frame.</summary>
    public static SampleBatch Unpack(ReadOnlySpan<byte> data)
    {
        var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(data);
        var head = JsonNode.Parse(Encoding.UTF8.GetString(data.Slice(4, length)))!;
        var rows = (int)head["rows"]!;
        var series = head["series"]!.AsArray().Select(name => (string)name!).ToArray();
        var start = (4 + length + 7) / 8 * 8;
        if (data.Length != start + rows * 8 * (1 + series.Length))
            throw new EndedException("a sample batch whose length is not what its header says");
        var columns = new double[1 + series.Length][];
        for (var index = 0; index < columns.Length; index++)
        {
            columns[index] = new double[rows];
            for (var row = 0; row < rows; row++)
                columns[index][row] = BinaryPrimitives.ReadDoubleLittleEndian(data[(start + (index * rows + row) * 8)..]);
        }
        return new SampleBatch(
            (string)head["channel"]!, (string)head["epoch"]!, (long)head["offset"]!, series, (string)head["provenance"]!,
            columns[0], columns[1..]);
    }

    /// <summary>Reads what /sse sends instead of a binary frame.</summary>
    public static SampleBatch FromJson(JsonNode message)
    {
        static double[] Numbers(JsonNode column) =>
            column.AsArray().Select(value => value is null ? double.NaN : (double)value).ToArray();
        return new SampleBatch(
            (string)message["channel"]!, (string)message["epoch"]!, (long)message["offset"]!,
            message["series"]!.AsArray().Select(name => (string)name!).ToArray(), (string)message["provenance"]!,
            Numbers(message["times"]!), message["columns"]!.AsArray().Select(column => Numbers(column!)).ToArray());
    }

    /// <summary>The bytes of a binary frame, to be published.</summary>
    public byte[] Pack()
    {
        var head = new JsonObject
        {
            ["channel"] = Channel,
            ["epoch"] = Epoch,
            ["offset"] = Offset,
            ["rows"] = Times.Length,
            ["series"] = new JsonArray([.. Series.Select(name => JsonValue.Create(name))]),
            ["provenance"] = Provenance,
        };
        var text = Encoding.UTF8.GetBytes(head.ToJsonString(Output.Json));
        var start = (4 + text.Length + 7) / 8 * 8;
        var data = new byte[start + Times.Length * 8 * (1 + Columns.Length)];
        BinaryPrimitives.WriteUInt32LittleEndian(data, (uint)text.Length);
        text.CopyTo(data, 4);
        double[][] all = [Times, .. Columns];
        for (var index = 0; index < all.Length; index++)
            for (var row = 0; row < Times.Length; row++)
                BinaryPrimitives.WriteDoubleLittleEndian(data.AsSpan(start + (index * Times.Length + row) * 8), all[index][row]);
        return data;
    }
}
