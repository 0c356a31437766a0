using System.Net.Sockets;
using Npgsql;

namespace Teuthology.Sql;

/// <summary>Tries statements again that a server could not answer now, with growing pauses, until a deadline; tells PostgreSQL's errors in words.</summary>
/// <param name="place">The store and its database, for messages: <c>lease store db:5432/lab</c>.</param>
/// <param name="time">The clock of pauses and deadline.</param>
public sealed class Endurance(string place, TimeProvider time)
{
    /// <summary>How long one tries.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>Runs something until it succeeds, fails for good, or the deadline is over.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="statement">What to run, again and again.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">It failed for good; told in words.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> statement, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return await statement();
            }
            catch (Exception e) when (IsPassing(e) && time.GetElapsedTime(began) + pause < Deadline)
            {
                await Task.Delay(pause, time, cancellationToken);
            }
            catch (Exception e) when (e is NpgsqlException or SocketException or TimeoutException)
            {
                throw Told(e);
            }
        }
    }

    // 57P01…57P03: shut down, crashed, starting. 53…: no room for another connection. 40…: two statements in each other's way. 08…: the link.
    private static bool IsPassing(Exception error) => error switch
    {
        PostgresException e => e.IsTransient || e.SqlState[..2] is "08" or "40" or "53" || e.SqlState is "57P01" or "57P02" or "57P03" or "57014",
        NpgsqlException e => e.IsTransient || e.InnerException is IOException or SocketException or TimeoutException,
        SocketException or TimeoutException => true,
        _ => false,
    };

    private TeuthologyException Told(Exception error) => error switch
    {
        PostgresException { SqlState: "28P01" or "28000" } e => new ConfigurationException($"{place}: {e.MessageText}. Give user and password in TEUTHOLOGY_STORE or ~/.teuthology.yaml's `store`, or the password in PGPASSWORD or ~/.pgpass", inner: e),
        PostgresException { SqlState: "3D000" } e => new ConfigurationException($"{place}: {e.MessageText}. Make it: createdb -h HOST NAME", inner: e),
        PostgresException { SqlState: "42501" } e => new ConfigurationException($"{place}: {e.MessageText}. The user needs CREATE on the database the first time, and the tables' rights later", inner: e),
        PostgresException e => new TeuthologyException(FailureKind.Infrastructure, $"{place}: {e.MessageText} ({e.SqlState})", e),
        _ => new TeuthologyException(FailureKind.Infrastructure, $"{place} did not answer for {Deadline.TotalSeconds:F0} s: {(error.InnerException ?? error).Message.TrimEnd('.')}. See whether PostgreSQL runs there and takes connections from this host", error),
    };
}
