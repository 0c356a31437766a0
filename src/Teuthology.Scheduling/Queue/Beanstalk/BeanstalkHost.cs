using System.Globalization;
using System.Net.Sockets;

namespace Teuthology.Scheduling;

/// <summary>Where beanstalkd is: connects to it, with patience, and tells in words what goes wrong.</summary>
/// <param name="host">Host that it runs on.</param>
/// <param name="port">Its port.</param>
/// <param name="time">Clock.</param>
internal sealed class BeanstalkHost(string host, int port, TimeProvider time)
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(30);

    /// <summary>What it is called in messages.</summary>
    public string Place { get; } = string.Create(CultureInfo.InvariantCulture, $"beanstalkd at {host}:{port}");

    /// <summary>Whether the connection broke, and not the command.</summary>
    public static bool IsBroken(Exception error) => error is IOException or SocketException or ObjectDisposedException or InvalidDataException or FormatException;

    /// <summary>The answer, where it is the expected one.</summary>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it is another.</exception>
    public BeanstalkAnswer Expect(BeanstalkAnswer answer, string word) => answer.Word == word
        ? answer
        : throw new TeuthologyException(FailureKind.Infrastructure, $"{Place} answered {string.Join(' ', answer.Words)} where {word} was expected");

    /// <summary>Runs what may break, and tells it.</summary>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it broke.</exception>
    public async Task<T> ToldAsync<T>(Func<Task<T>> use)
    {
        try
        {
            return await use();
        }
        catch (Exception e) when (IsBroken(e))
        {
            throw new TeuthologyException(FailureKind.Infrastructure, $"{Place} went away: {e.Message}", e);
        }
    }

    /// <summary>Connects.</summary>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it does not answer.</exception>
    public async Task<BeanstalkConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        for (var pause = TimeSpan.FromMilliseconds(100); ; pause *= 2)
        {
            try
            {
                return await BeanstalkConnection.OpenAsync(host, port, cancellationToken);
            }
            catch (SocketException) when (time.GetElapsedTime(began) + pause < ConnectPatience)
            {
                await Task.Delay(pause, time, cancellationToken);
            }
            catch (SocketException e)
            {
                throw new TeuthologyException(FailureKind.Infrastructure, $"{Place} did not answer for {ConnectPatience.TotalSeconds:F0} s: {e.Message}. See whether it runs there, and queue_host and queue_port", e);
            }
        }
    }
}
