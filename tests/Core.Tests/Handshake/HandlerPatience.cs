using System.Runtime.CompilerServices;

namespace NetWebSockets.Tests.Handshake;

/// <summary>
/// The HTTP handler goes on connecting for five seconds when its request has been cancelled. Tests are not to tell its patience from ours by
/// the clock, so here it never gives up.
/// </summary>
internal static class HandlerPatience
{
    [ModuleInitializer]
    internal static void MakeEndless() =>
        AppContext.SetData("System.Net.SocketsHttpHandler.PendingConnectionTimeoutOnRequestCompletion", Timeout.Infinite);
}
