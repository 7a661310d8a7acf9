using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace NetWebSockets.Tests.Telemetry;

/// <summary>Listens to the product's meter and keeps what carries a tag of this test's own: other tests measure at the same time.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<Measurement> _all = new();

    public Measurements(string tag, object value)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == NetWebSocketTelemetry.MeterName)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, measured, tags, _) => Keep(instrument, measured, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, measured, tags, _) => Keep(instrument, measured, tags));
        _listener.Start();

        void Keep(Instrument instrument, double measured, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            Dictionary<string, object?> map = new(tags.ToArray());
            if (map.TryGetValue(tag, out object? found) && Equals(found, value))
                _all.Enqueue(new Measurement(instrument.Name, instrument.Unit, measured, map));
        }
    }

    public IReadOnlyList<Measurement> Of(string instrument) => [.. _all.Where(m => m.Instrument == instrument)];

    public void Dispose() => _listener.Dispose();

    internal sealed record Measurement(string Instrument, string? Unit, double Value, IReadOnlyDictionary<string, object?> Tags);
}
