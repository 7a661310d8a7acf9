using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace NetWebSockets.Sessions;

/// <summary>The cookies of a partition on disk.</summary>
internal sealed class CookieFileModel
{
    /// <summary>The version of the format that is written.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The version of the format.</summary>
    public int Version { get; set; }

    /// <summary>The cookies that outlive the session.</summary>
    public List<StoredCookieModel> Cookies { get; set; } = [];

    /// <summary>The cookies that were removed lately, so that another program's older change does not bring them back.</summary>
    public List<RemovedCookieModel> Removed { get; set; } = [];
}

/// <summary>What tells a cookie on disk from others, and the change that it comes from.</summary>
internal class RemovedCookieModel
{
    /// <summary>The name.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>The domain.</summary>
    public string Domain { get; set; } = string.Empty;

    /// <summary>Whether it is for the host alone.</summary>
    public bool HostOnly { get; set; }

    /// <summary>The path.</summary>
    public string Path { get; set; } = string.Empty;

    /// <summary>The number of the change: the time in ticks.</summary>
    public long Stamp { get; set; }

    /// <summary>Its key.</summary>
    [JsonIgnore]
    public CookieKey Key => new(Name, Domain, HostOnly, Path);
}

/// <summary>A cookie on disk.</summary>
internal sealed class StoredCookieModel : RemovedCookieModel
{
    /// <summary>The value, as it is.</summary>
    public string Value { get; set; } = string.Empty;

    /// <summary>Whether it is Secure.</summary>
    public bool Secure { get; set; }

    /// <summary>Whether it is HttpOnly.</summary>
    public bool HttpOnly { get; set; }

    /// <summary>Its SameSite.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<CookieSameSite>))]
    public CookieSameSite SameSite { get; set; }

    /// <summary>When it ends.</summary>
    public DateTimeOffset Expires { get; set; }

    /// <summary>When it was set first.</summary>
    public DateTimeOffset CreationTime { get; set; }

    /// <summary>When it was used last.</summary>
    public DateTimeOffset LastAccessTime { get; set; }

    /// <summary>What is written of a cookie.</summary>
    /// <param name="entry">The cookie.</param>
    /// <returns>It.</returns>
    public static StoredCookieModel Of(CookieEntry entry) => new()
    {
        Name = entry.Cookie.Name,
        Value = entry.Cookie.Value,
        Domain = entry.Cookie.Domain,
        HostOnly = entry.Cookie.HostOnly,
        Path = entry.Cookie.Path,
        Secure = entry.Cookie.Secure,
        HttpOnly = entry.Cookie.HttpOnly,
        SameSite = entry.Cookie.SameSite,
        Expires = entry.Cookie.Expires!.Value,
        CreationTime = entry.Cookie.CreationTime,
        LastAccessTime = entry.Cookie.LastAccessTime,
        Stamp = entry.Stamp,
    };

    /// <summary>Makes the cookie again.</summary>
    /// <param name="now">The time.</param>
    /// <returns>The cookie, or null when it is none that could have been written.</returns>
    public SessionCookie? ToCookie(DateTimeOffset now)
    {
        bool isSound = Name is not null && Value is not null && Domain is { Length: > 0 } && Path is { Length: > 0 } && Path[0] == '/'
            && CookieText.Check(Name) is null && CookieText.Check(Value) is null && CookieText.Check(Path) is null && CookieText.Check(Domain) is null
            && SetCookieLine.CheckNameAndValue(Name, Value) is null && Enum.IsDefined(SameSite);
        return !isSound ? null : new SessionCookie
        {
            Name = Name!,
            Value = Value!,
            Domain = Domain!,
            HostOnly = HostOnly,
            Path = Path!,
            Secure = Secure,
            HttpOnly = HttpOnly,
            SameSite = SameSite,
            Expires = SetCookieLine.Limit(Expires, now),
            CreationTime = CreationTime,
            LastAccessTime = LastAccessTime,
        };
    }
}

/// <summary>Reads and writes <see cref="CookieFileModel"/>.</summary>
[JsonSerializable(typeof(CookieFileModel))]
internal sealed partial class CookieFileJson : JsonSerializerContext
{
    /// <summary>How the file is read and written.</summary>
    public static JsonTypeInfo<CookieFileModel> Model { get; } = (JsonTypeInfo<CookieFileModel>)new CookieFileJson(
        new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true }).GetTypeInfo(typeof(CookieFileModel))!;
}
