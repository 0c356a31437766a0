using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Renci.SshNet;
using Renci.SshNet.Messages;
using Renci.SshNet.Messages.Connection;

namespace Teuthology.Orchestra;

/// <summary>
/// The private parts of SSH.NET that are needed. Output goes by its setters straight from the connection's reader into our streams: its
/// own are unbounded buffers that can only be read by a blocked thread, two for every running command. Its stream for standard input
/// only tells end of file when something was written before. And its keep-alives ask for no answer.
/// </summary>
internal static class SshNetAccess
{
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_OutputStream")]
    public static extern void SetOutput(SshCommand command, Stream stream);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_ExtendedOutputStream")]
    public static extern void SetExtendedOutput(SshCommand command, Stream stream);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_totalPosition")]
    public static extern ref long BytesWritten([UnsafeAccessorType("Renci.SshNet.Common.ChannelInputStream, Renci.SshNet")] object input);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Session")]
    [return: UnsafeAccessorType("Renci.SshNet.ISession, Renci.SshNet")]
    public static extern object? SessionOf(BaseClient client);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_socket")]
    public static extern ref Socket? SocketOf(Session session);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SendMessage")]
    public static extern void Send(Session session, Message message);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    public static extern GlobalRequestMessage GlobalRequest(byte[] name, bool wantReply);
}
