using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace NetWebSockets.Tests.Telemetry;

/// <summary>Listens to the product's meter and keeps what carries a tag of this test's own: other tests measure at the same time.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<Measurement> _all = new();
    private readonly SemaphoreSlim _signal = new(0);

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
            {
                _all.Enqueue(new Measurement(instrument.Name, instrument.Unit, measured, map));
                _signal.Release();
            }
        }
    }

    public IReadOnlyList<Measurement> Of(string instrument) => [.. _all.Where(m => m.Instrument == instrument)];

    /// <summary>Waits until the measurements of an instrument add up to a sum, and returns them.</summary>
    public async Task<IReadOnlyList<Measurement>> WhenSumAsync(string instrument, double sum, CancellationToken cancellationToken)
    {
        while (Of(instrument) is var found && (found.Count == 0 || found.Sum(m => m.Value) != sum))
        {
            if (!await _signal.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken))
                throw new TimeoutException($"{instrument} is {Of(instrument).Sum(m => m.Value)} and not {sum}.");
        }

        return Of(instrument);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _signal.Dispose();
    }

    internal sealed record Measurement(string Instrument, string? Unit, double Value, IReadOnlyDictionary<string, object?> Tags);
}
