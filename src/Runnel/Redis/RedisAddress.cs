using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace Runnel.Redis;

/// <summary>Turns the addresses people write into StackExchange.Redis options.</summary>
internal static class RedisAddress
{
    private const string Forms = "redis://[user:password@]host[:port][/db], rediss://… for TLS, redis-sentinel://host:26379/service, unix:///path/to.sock";

    /// <exception cref="RunnelException">The address has none of the known forms; the message never shows a password.</exception>
    public static ConfigurationOptions Parse(string url)
    {
        if (string.IsNullOrWhiteSpace(url))
            throw new RunnelException($"Runnel:RedisUrl (REDIS_URL, --redis-url) is empty; give one of: {Forms}.");
        int scheme = url.IndexOf("://", StringComparison.Ordinal);
        return scheme < 0 ? ParseNative(url) : ParseUrl(url[..scheme].ToLowerInvariant(), url[(scheme + 3)..]);
    }

    /// <summary>The servers of an address for messages, without user and password.</summary>
    public static string Describe(ConfigurationOptions options) => string.Join(",", options.EndPoints.Select(e => e switch
    {
        DnsEndPoint dns => $"{dns.Host}:{dns.Port}",
        UnixDomainSocketEndPoint unix => $"unix:{unix}",
        _ => e.ToString(),
    }));

    private static ConfigurationOptions ParseNative(string text)
    {
        try
        {
            ConfigurationOptions options = ConfigurationOptions.Parse(text);
            if (options.EndPoints.Count == 0)
                throw new RunnelException($"The Redis address names no server; give one of: {Forms}.");
            options.SetDefaultPorts();
            return options;
        }
        catch (ArgumentException e)
        {
            throw new RunnelException($"The Redis address is not readable ({e.Message}); give one of: {Forms}.", e);
        }
    }

    private static ConfigurationOptions ParseUrl(string scheme, string rest)
    {
        ConfigurationOptions options = new();
        if (scheme == "unix")
        {
            options.EndPoints.Add(new UnixDomainSocketEndPoint(rest));
            return options;
        }

        if (scheme is not ("redis" or "rediss" or "redis-sentinel"))
            throw new RunnelException($"The Redis address starts with '{scheme}://'; give one of: {Forms}.");
        options.Ssl = scheme == "rediss";

        int at = rest.LastIndexOf('@');
        if (at >= 0)
        {
            string[] login = rest[..at].Split(':', 2);
            options.User = login.Length == 2 && login[0].Length > 0 ? Uri.UnescapeDataString(login[0]) : null;
            options.Password = Uri.UnescapeDataString(login[^1]);
            rest = rest[(at + 1)..];
        }

        rest = rest.Split('?', 2)[0];
        string[] parts = rest.Split('/', 2);
        string path = parts.Length == 2 ? parts[1].Trim('/') : "";
        int defaultPort = scheme == "redis-sentinel" ? 26379 : 6379;
        foreach (string host in parts[0].Split(',', StringSplitOptions.RemoveEmptyEntries))
            options.EndPoints.Add(ParseHost(host, defaultPort));
        if (options.EndPoints.Count == 0)
            options.EndPoints.Add("localhost", defaultPort);

        if (scheme == "redis-sentinel")
        {
            if (path.Length == 0)
                throw new RunnelException("The Redis address names no service; write redis-sentinel://host:26379/service, for instance …/mymaster.");
            options.ServiceName = path;
        }
        else if (path.Length > 0)
        {
            options.DefaultDatabase = int.TryParse(path, out int db) && db >= 0
                ? db
                : throw new RunnelException($"The Redis address has the database '{path}'; give a number from 0, for instance redis://localhost:6379/0.");
        }

        return options;
    }

    private static EndPoint ParseHost(string text, int defaultPort)
    {
        if (IPEndPoint.TryParse(text, out IPEndPoint? ip) && (ip.Port != 0 || !text.Contains("::", StringComparison.Ordinal)))
            return ip.Port == 0 ? new IPEndPoint(ip.Address, defaultPort) : ip;
        string[] parts = text.Split(':', 2);
        if (parts.Length == 1)
            return new DnsEndPoint(text, defaultPort);
        return int.TryParse(parts[1], out int port) && port is > 0 and < 65536
            ? new DnsEndPoint(parts[0], port)
            : throw new RunnelException($"The Redis address has the port '{parts[1]}'; give 1 to 65535, for instance redis://{parts[0]}:6379.");
    }
}
