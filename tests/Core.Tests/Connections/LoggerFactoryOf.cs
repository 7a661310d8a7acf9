using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace NetWebSockets.Tests.Connections;

/// <summary>Loggers that write to one collector.</summary>
internal sealed class LoggerFactoryOf(FakeLogCollector collector) : ILoggerFactory
{
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public ILogger CreateLogger(string categoryName) => new FakeLogger(collector, categoryName);

    public void Dispose()
    {
    }
}
