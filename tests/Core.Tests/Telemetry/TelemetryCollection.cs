using Xunit;

namespace NetWebSockets.Tests.Telemetry;

/// <summary>Listeners hear the whole process, and pay for it on the thread that measures: these tests run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TelemetryCollection
{
    public const string Name = "Telemetry";
}
