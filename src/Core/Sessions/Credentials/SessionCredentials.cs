using System.Net;
using System.Net.Security;
using Microsoft.Extensions.Logging;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Sessions;

/// <summary>The credentials of a session: what is configured, what has been learnt, whom to ask, and what the platform can do with them.</summary>
/// <param name="logger">The session's log.</param>
internal sealed class SessionCredentials(ILogger logger)
{
    private volatile ICredentials? _configured;
    private volatile Func<LoginRequest, CancellationToken, ValueTask<NetworkCredential?>>? _handler;
    private Task<bool>? _hasNtlm;

    /// <summary>What has been learnt.</summary>
    public AuthCache Cache { get; } = new();

    /// <summary>The questions that are open.</summary>
    public LoginQuestions Questions { get; } = new();

    /// <summary>The credentials for servers; null for none.</summary>
    public ICredentials? Configured { get => _configured; set => _configured = value; }

    /// <summary>Whom to ask; null for nobody.</summary>
    public Func<LoginRequest, CancellationToken, ValueTask<NetworkCredential?>>? Handler { get => _handler; set => _handler = value; }

    /// <summary>The session's log.</summary>
    public ILogger Logger { get; } = logger;

    /// <summary>Forgets what has been learnt.</summary>
    public void Clear()
    {
        Cache.Clear();
        Questions.Forget();
    }

    /// <summary>Asks the login handler, together with others who ask the same now.</summary>
    /// <param name="key">What for.</param>
    /// <param name="request">The question, if it has to be asked.</param>
    /// <param name="handler">Whom to ask.</param>
    /// <param name="cancellationToken">The handshake's token.</param>
    /// <returns>The answer, or null when it was called off.</returns>
    public Task<AuthEntry?> AskAsync(
        AuthKey key, LoginRequest request, Func<LoginRequest, CancellationToken, ValueTask<NetworkCredential?>> handler, CancellationToken cancellationToken)
    {
        int generation = Cache.Generation;
        return Questions.AskAsync(
            key,
            async token =>
            {
                // Learnt between the look into the cache and the question: whoever answered it is not asked twice. What was refused is not in there any more.
                if (Cache.Find(key, Configured) is { } known)
                    return known;
                Log.CredentialsAsked(Logger, key.Target.ToString(), request.Scheme, request.PreviousFailures);
                NetworkCredential? answer;
                try
                {
                    answer = await handler(request, token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (token.IsCancellationRequested)
                {
                    return null; // Nobody waits for it any more.
                }
                catch (Exception failure)
                {
                    Log.LoginHandlerFailed(Logger, failure, key.Target.ToString());
                    throw;
                }

                return answer is null ? null : Cache.Add(key, CredentialRules.Copy(answer), source: null, generation);
            },
            cancellationToken);
    }

    /// <summary>Whether the platform can do NTLM at all.</summary>
    /// <returns>Whether it can.</returns>
    public Task<bool> HasNtlmAsync() => _hasNtlm ??= HasNtlmCoreAsync();

    /// <summary>Whether the platform can begin to log in. It may ask the domain for it.</summary>
    /// <param name="key">Where, and how.</param>
    /// <param name="credential">The credentials.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null when it can, otherwise the platform's reason.</returns>
    public static async Task<string?> FindObstacleAsync(AuthKey key, NetworkCredential credential, CancellationToken cancellationToken)
    {
        NegotiateAuthenticationStatusCode status = await Task.Run(() => Begin(key.Scheme, key.Target.Host, credential), cancellationToken)
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        return status is NegotiateAuthenticationStatusCode.Completed or NegotiateAuthenticationStatusCode.ContinueNeeded ? null : status.ToString();
    }

    // No name and no password is needed for its first message, and none is in it.
    private static async Task<bool> HasNtlmCoreAsync() =>
        await Task.Run(static () => Begin(AuthScheme.Ntlm, "localhost", new NetworkCredential("user", "password"))).ConfigureAwait(false)
            is NegotiateAuthenticationStatusCode.Completed or NegotiateAuthenticationStatusCode.ContinueNeeded;

    private static NegotiateAuthenticationStatusCode Begin(AuthScheme scheme, string host, NetworkCredential credential)
    {
        using var authentication = new NegotiateAuthentication(
            new NegotiateAuthenticationClientOptions { Package = scheme.Name(), Credential = credential, TargetName = "HTTP/" + host });
        authentication.GetOutgoingBlob(default(ReadOnlySpan<byte>), out NegotiateAuthenticationStatusCode status);
        return status;
    }
}
