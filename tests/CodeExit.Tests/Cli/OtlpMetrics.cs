using System.Text;

namespace CodeExit.Tests.Cli;

/// <summary>
/// Reads an ExportMetricsServiceRequest by the wire format of protocol buffers and the field numbers of OTLP 1.x: shares nothing with the
/// exporter that wrote it.
/// </summary>
internal static class OtlpMetrics
{
    /// <summary>Of resource and data points alike: key and value, as often as they are there.</summary>
    public static IEnumerable<(string Key, string Value)> Attributes(byte[] request)
    {
        foreach (var resourceMetrics in Messages(request, 1))
        {
            foreach (var attribute in Messages(resourceMetrics, 1).SelectMany(resource => Messages(resource, 1))) yield return KeyValue(attribute);
            foreach (var metric in Metrics(resourceMetrics))
            {
                // gauge 5, sum 7: attributes are field 7 of a point; histogram 9: field 9.
                foreach (var (kind, field) in new[] { (5, 7), (7, 7), (9, 9) })
                {
                    var points = Messages(metric, kind).SelectMany(data => Messages(data, 1));
                    foreach (var attribute in points.SelectMany(point => Messages(point, field))) yield return KeyValue(attribute);
                }
            }
        }
    }

    public static IEnumerable<string> Names(byte[] request) =>
        Messages(request, 1).SelectMany(Metrics).Select(metric => Encoding.UTF8.GetString(Messages(metric, 1).First()));

    private static IEnumerable<byte[]> Metrics(byte[] resourceMetrics) => Messages(resourceMetrics, 2).SelectMany(scope => Messages(scope, 2));

    private static (string, string) KeyValue(byte[] attribute) => (
        Encoding.UTF8.GetString(Messages(attribute, 1).First()),
        string.Concat(Messages(attribute, 2).SelectMany(value => Messages(value, 1)).Select(Encoding.UTF8.GetString)));

    /// <summary>The length-delimited fields of this number.</summary>
    private static IEnumerable<byte[]> Messages(byte[] message, int number)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            switch (tag & 7)
            {
                case 0:
                    Varint(message, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    if ((int)(tag >> 3) == number) yield return message[at..(at + length)];
                    at += length;
                    break;
                case 5:
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"wire type {tag & 7} at {at}");
            }
        }
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            value |= (ulong)(part & 127) << shift;
            if (part < 128) return value;
        }
    }
}
