using System.Globalization;
using System.Text.Json;

namespace NetWebSockets.Messaging;

/// <summary>What is kept of a session so that it can be resumed after a drop. Written by the pump, read by whoever connects or beats.</summary>
/// <param name="plan">Where it stands in messages.</param>
/// <param name="contract">How the session is resumed; null when it is not.</param>
/// <param name="time">The clock.</param>
internal sealed class ResumeKeeper(SessionPlan plan, ResumeContract? contract, TimeProvider time)
{
    // After so many at the address that was told, one attempt goes to the usual one.
    private const int MostTries = 2;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _told = [];

    // long.MinValue is none.
    private long _number = long.MinValue;
    private string? _text;
    private string? _state;
    private Uri? _address;
    private long? _dropped;

    // Attempts in a row at the address that was told.
    private int _tries;

    /// <summary>The last sequence: an integer as long, anything else as string, null when there is none.</summary>
    public object? Sequence => Interlocked.Read(ref _number) is not long.MinValue and var number ? number : Volatile.Read(ref _text);

    /// <summary>Whether a message says anything of a session.</summary>
    public bool IsToldBy(in ScannedMessage found) => found.HasValue(plan.Sequence) || (plan.StateRoute >= 0 && found.Route == plan.StateRoute);

    /// <summary>Takes out of a message that says anything of a session (<see cref="IsToldBy"/>) what has to be kept. Called by the pump only.</summary>
    /// <returns>What stands for an address and is none; null when nothing does.</returns>
    public string? OnMessage(ReadOnlySpan<byte> message, in ScannedMessage found)
    {
        if (found.HasValue(plan.Sequence))
            KeepSequence(found.Value(plan.Sequence, message));
        if (plan.StateRoute < 0 || found.Route != plan.StateRoute)
            return null;
        string? state = JsonText.GetString(found.Value(plan.State, message));
        string? told = JsonText.GetString(found.Value(plan.Address, message));
        Uri? address = told is null ? null : AddressOf(told);
        lock (_lock)
        {
            _state = state ?? _state;
            if (address is not null && address != _address)
                (_address, _tries) = (address, 0);
            foreach ((string pointer, int place) in plan.QueryPlaces)
            {
                if (JsonText.GetString(found.Value(place, message)) is { } value)
                    _told[pointer] = value;
            }
        }

        return told is not null && address is null ? told : null;
    }

    /// <summary>An address that a peer told; null when nothing can connect to it.</summary>
    public static Uri? AddressOf(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "ws" or "wss" or "http" or "https" && uri.Host.Length > 0 ? uri : null;

    /// <summary>What there is to go on with; null when a new session begins.</summary>
    public ResumeState? Current
    {
        get
        {
            if (contract is null)
                return null;
            lock (_lock)
            {
                if (_dropped is { } dropped && contract.Within is { } within && time.GetElapsedTime(dropped) > within)
                    ForgetUnderLock();
                object? sequence = Sequence;
                bool any = _state is not null || (contract.State is null && (_address is not null || sequence is not null));
                return any ? new ResumeState(_state ?? "", sequence as long?, _address) : null;
            }
        }
    }

    /// <summary>Where an attempt goes.</summary>
    /// <param name="usual">Where it would go without anything to resume.</param>
    public WebSocketEndpoint Redirect(WebSocketEndpoint usual)
    {
        if (Current is not { } state)
            return usual;
        UriBuilder address = new(state.Address is { } told && MayTry() ? told : usual.Uri);

        // What the protocol wants in every address (a version, an encoding) is wanted there too.
        if (address.Query.Length <= 1)
            address.Query = usual.Uri.Query;
        if (plan.Query is not null)
        {
            string added = plan.Query.Format(name => Uri.EscapeDataString(name switch
            {
                "state" => state.State,
                "sequence" => Sequence is { } sequence ? Convert.ToString(sequence, CultureInfo.InvariantCulture)! : "",
                _ => Told(name),
            })).TrimStart('?', '&');
            address.Query = address.Query.Length > 1 ? $"{address.Query[1..]}&{added}" : added;
        }

        return usual with { Uri = address.Uri };
    }

    /// <summary>A socket is gone: the time for resuming begins, unless it already has.</summary>
    public void OnDropped()
    {
        lock (_lock)
            _dropped ??= time.GetTimestamp();
    }

    /// <summary>A session is under way.</summary>
    public void OnReady()
    {
        lock (_lock)
        {
            _dropped = null;
            _tries = 0;
        }
    }

    /// <summary>The session is over.</summary>
    public void Forget()
    {
        lock (_lock)
            ForgetUnderLock();
    }

    private void ForgetUnderLock()
    {
        _state = null;
        _address = null;
        _tries = 0;
        _told.Clear();
        Interlocked.Exchange(ref _number, long.MinValue);
        Volatile.Write(ref _text, null);
    }

    private bool MayTry()
    {
        lock (_lock)
        {
            _tries = _tries == MostTries ? 0 : _tries + 1;
            return _tries > 0;
        }
    }

    private string Told(string pointer)
    {
        lock (_lock)
            return _told.GetValueOrDefault(pointer, "");
    }

    private void KeepSequence(ReadOnlySpan<byte> value)
    {
        var reader = new Utf8JsonReader(value);
        if (reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number))
        {
            Interlocked.Exchange(ref _number, number);
            return;
        }

        if (JsonText.GetString(value) is not { } text)
            return;
        bool isNumber = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
        Volatile.Write(ref _text, isNumber ? null : text);
        Interlocked.Exchange(ref _number, isNumber ? number : long.MinValue);
    }
}
