using System.Net;
using System.Text;

namespace NetWebSockets.Sessions;

/// <summary>Basic authentication (RFC 7617), in UTF-8 as Chromium has it.</summary>
internal static class BasicAuthorization
{
    /// <summary>The value of the header.</summary>
    /// <param name="credential">Name and password; a domain goes before the name, as in <c>domain\name</c>.</param>
    /// <returns>The value.</returns>
    public static string Create(NetworkCredential credential)
    {
        string name = credential.Domain.Length == 0 ? credential.UserName : $"{credential.Domain}\\{credential.UserName}";
        return "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{credential.Password}"));
    }
}
