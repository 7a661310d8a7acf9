using System.Runtime.CompilerServices;

namespace NetWebSockets;

/// <summary>The limits of <see cref="PacScriptEngine"/>. What exceeds one fails with <see cref="ProxyScriptException"/>.</summary>
public sealed class PacScriptEngineOptions
{
    /// <summary>How long one question may compute, without the time that look-ups take. Default 5 s, at most 1 h.</summary>
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many statements one question may execute. Default 10,000,000.</summary>
    public int StatementLimit { get; set; } = 10_000_000;

    /// <summary>How many bytes one question may allocate; looked at between statements. Default 64 MiB.</summary>
    public long MemoryLimit { get; set; } = 64 * 1024 * 1024;

    /// <summary>How deep functions may call themselves. Default 200, at most 1,000.</summary>
    public int RecursionLimit { get; set; } = 200;

    /// <summary>How many hosts one question may look up; each is looked up once. Default 50.</summary>
    public int LookupLimit { get; set; } = 50;

    /// <summary>How many questions to one script compute at the same time; further ones wait. Look-ups do not count. Default 4.</summary>
    public int MaxConcurrency { get; set; } = 4;

    internal PacScriptEngineOptions Validated()
    {
        Require(TimeLimit > TimeSpan.Zero && TimeLimit <= TimeSpan.FromHours(1), TimeLimit, "be longer than zero and at most 1 h");
        Require(StatementLimit is > 0 and < int.MaxValue, StatementLimit, "be positive");
        Require(MemoryLimit is > 0 and < long.MaxValue, MemoryLimit, "be positive");
        Require(RecursionLimit is > 0 and <= 1000, RecursionLimit, "be from 1 to 1,000");
        Require(LookupLimit >= 0, LookupLimit, "not be negative");
        Require(MaxConcurrency > 0, MaxConcurrency, "be positive");
        return (PacScriptEngineOptions)MemberwiseClone();
    }

    private static void Require(bool isRight, object value, string rule, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!isRight)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must {rule}.");
    }
}
