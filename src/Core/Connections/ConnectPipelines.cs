using Microsoft.Extensions.Logging.Abstractions;
using Polly;

namespace NetWebSockets.Connections;

/// <summary>Makes the pipeline in which attempts are made.</summary>
internal static class ConnectPipelines
{
    public const string Name = "NetWebSockets.Connect";

    public static ResiliencePipeline Create(WebSocketConnectionOptions options)
    {
        if (options.ConnectPipeline is { } pipeline)
            return pipeline;
        ResiliencePipelineBuilder builder = new() { Name = Name, InstanceName = options.Name, TimeProvider = options.TimeProvider };
        // Polly's own metrics go to whoever listens. Its logs would tell every failed attempt a second time: ours tell more.
        builder.ConfigureTelemetry(NullLoggerFactory.Instance);
        if (options.ConfigureConnectPipeline is { } configure)
            configure(builder);
        else
            builder.AddReconnect(options.Reconnect);
        return builder.Build();
    }
}
