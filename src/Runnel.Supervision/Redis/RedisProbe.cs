using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Runnel.Supervision;

internal enum ProbeAnswer
{
    Nothing,
    Loading,
    Ready,
}

/// <summary>Asks one inline command over a bare socket: is this a Redis, and does it serve yet? No client library needed.</summary>
internal static class RedisProbe
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);

    public static async Task<ProbeAnswer> AskAsync(EndPoint endpoint, CancellationToken cancellationToken)
    {
        string answer = await SendAsync(endpoint, "PING", cancellationToken);
        return answer switch
        {
            _ when answer.StartsWith("-LOADING", StringComparison.Ordinal) => ProbeAnswer.Loading,
            _ when answer.StartsWith("+PONG", StringComparison.Ordinal) => ProbeAnswer.Ready,
            _ when answer.StartsWith("-NOAUTH", StringComparison.Ordinal) => ProbeAnswer.Ready, // the client will say that it wants a login
            _ => ProbeAnswer.Nothing,
        };
    }

    /// <summary>Tells it to write what it holds and end.</summary>
    /// <returns>Empty once it has closed the connection, else why it refuses.</returns>
    public static Task<string> ShutdownAsync(EndPoint endpoint) => SendAsync(endpoint, "SHUTDOWN", CancellationToken.None);

    /// <returns>The first bytes of the answer; empty when nobody listens, or closes, or is silent for a second.</returns>
    private static async Task<string> SendAsync(EndPoint endpoint, string command, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        bool unix = endpoint is UnixDomainSocketEndPoint;
        using Socket socket = new(endpoint.AddressFamily, SocketType.Stream, unix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(endpoint, deadline.Token);
            await socket.SendAsync(Encoding.ASCII.GetBytes(command + "\r\n"), deadline.Token);
            byte[] answer = new byte[256];
            int length = await socket.ReceiveAsync(answer, deadline.Token);
            return Encoding.ASCII.GetString(answer, 0, length);
        }
        catch (SocketException)
        {
            return "";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "";
        }
    }
}
