using Renci.SshNet;
using Renci.SshNet.Common;

namespace Teuthology.Orchestra;

/// <summary>
/// An SFTP session with a host, over a connection of its own; from <see cref="Remote.OpenSftpAsync"/>. It acts as the login user: what needs
/// root goes by <see cref="Remote"/>'s own file methods. One transfer at a time or several at once.
/// </summary>
public sealed class RemoteSftp : IAsyncDisposable
{
    private readonly Remote remote;
    private readonly SftpClient client;
    private readonly IAsyncDisposable? bridge;

    internal RemoteSftp(Remote remote, (SftpClient Client, IAsyncDisposable? Bridge) opened) => (this.remote, client, bridge) = (remote, opened.Client, opened.Bridge);

    /// <summary>Copies a file from here; one that is there is replaced in place.</summary>
    /// <param name="localPath">From.</param>
    /// <param name="remotePath">To.</param>
    /// <param name="ct">Gives up; what was copied so far stays.</param>
    /// <exception cref="FileNotFoundException">The file, or the directory it shall go to, is not there.</exception>
    /// <exception cref="UnauthorizedAccessException">The login user may not write it.</exception>
    /// <exception cref="ConnectionLostException">The connection went away.</exception>
    public async Task PutAsync(string localPath, string remotePath, CancellationToken ct)
    {
        await using var content = new FileStream(localPath, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        await TellAsync(remotePath, () => client.UploadFileAsync(content, remotePath, ct));
    }

    /// <summary>Copies a file to here. Its size goes to the log: <c>HOST:PATH is 2KB</c>.</summary>
    /// <param name="remotePath">From.</param>
    /// <param name="localPath">To.</param>
    /// <param name="ct">Gives up; what was copied so far stays.</param>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="UnauthorizedAccessException">The login user may not read it.</exception>
    /// <exception cref="ConnectionLostException">The connection went away.</exception>
    public async Task GetAsync(string remotePath, string localPath, CancellationToken ct)
    {
        var size = await SizeAsync(remotePath, ct);
        RemoteLog.Detail(remote.Log, $"{remote.ShortName}:{remotePath} is {ByteSize.Format(size)}");
        await using var file = new FileStream(localPath, FileMode.Create, FileAccess.Write, FileShare.Read);
        await TellAsync(remotePath, () => client.DownloadFileAsync(remotePath, file, ct));
    }

    /// <summary>Size of a file in bytes.</summary>
    /// <param name="remotePath">Which.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public async Task<long> SizeAsync(string remotePath, CancellationToken ct)
    {
        long size = 0;
        await TellAsync(remotePath, async () => size = (await client.GetAttributesAsync(remotePath, ct)).Size);
        return size;
    }

    /// <summary>Opens a file to be read, with seeking; upstream's <c>_sftp_open_file</c>.</summary>
    /// <param name="remotePath">Which.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="UnauthorizedAccessException">The login user may not read it.</exception>
    public async Task<Stream> OpenReadAsync(string remotePath, CancellationToken ct)
    {
        Stream? opened = null;
        await TellAsync(remotePath, async () => opened = await client.OpenAsync(remotePath, FileMode.Open, FileAccess.Read, ct));
        return opened!;
    }

    /// <summary>Closes the session.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.Run(client.Dispose);
        if (bridge is not null)
            await bridge.DisposeAsync();
    }

    private async Task TellAsync(string path, Func<Task> transfer)
    {
        try
        {
            await transfer();
        }
        catch (SftpPathNotFoundException error)
        {
            throw new FileNotFoundException($"Cannot find file on the remote '{remote.Name}': {PythonRepr.Of(path)}", path, error);
        }
        catch (SftpPermissionDeniedException error)
        {
            throw new UnauthorizedAccessException($"{remote.User} may not use {path} on {remote.ShortName}", error);
        }
        catch (SshConnectionException error)
        {
            throw new ConnectionLostException(remote.HostName, $"SSH connection to {remote.ShortName} was lost: SFTP of {path}", error);
        }
    }
}
