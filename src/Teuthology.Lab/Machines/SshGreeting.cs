using System.Globalization;
using System.Net.Sockets;

namespace Teuthology.Lab;

/// <summary>Whether an SSH server answers, told by the first bytes that it sends.</summary>
internal static class SshGreeting
{
    /// <summary>Connects once.</summary>
    /// <param name="dial">Opens a stream to the server.</param>
    /// <param name="patience">How long the answer may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<bool> AnswersAsync(Func<CancellationToken, Task<Stream>> dial, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(patience);
            await using var stream = await dial(limit.Token);
            var greeting = new byte[8];
            await stream.ReadExactlyAsync(greeting, limit.Token);
            return greeting.AsSpan().SequenceEqual("SSH-2.0-"u8);
        }
        catch (Exception e) when (e is SocketException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>Connects once to a machine, by its own way.</summary>
    public static Task<bool> AnswersAsync(Machine machine, TimeSpan patience, CancellationToken cancellationToken) =>
        AnswersAsync(token => machine.Dial is { } dial ? dial(machine.SshPort, token) : ConnectAsync(machine.Address, machine.SshPort, token), patience, cancellationToken);

    /// <summary>A plain TCP connection.</summary>
    /// <exception cref="SocketException">Nobody answers there.</exception>
    public static async Task<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await client.ConnectAsync(host, port, cancellationToken);
            return new NetworkStream(client, ownsSocket: true);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Address and port as messages show them.</summary>
    public static string PlaceOf(Machine machine) => machine.SshPort == 22 ? machine.Address : $"{machine.Address}:{machine.SshPort.ToString(CultureInfo.InvariantCulture)}";
}
