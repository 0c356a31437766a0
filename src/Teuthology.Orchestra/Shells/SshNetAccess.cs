using System.Runtime.CompilerServices;
using Renci.SshNet;

namespace Teuthology.Orchestra;

/// <summary>
/// The private parts of SSH.NET that are needed. Output goes by its setters straight from the connection's reader into our streams: its
/// own are unbounded buffers that can only be read by a blocked thread, two for every running command. And its stream for standard input
/// only tells end of file when something was written before.
/// </summary>
internal static class SshNetAccess
{
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_OutputStream")]
    public static extern void SetOutput(SshCommand command, Stream stream);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_ExtendedOutputStream")]
    public static extern void SetExtendedOutput(SshCommand command, Stream stream);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_totalPosition")]
    public static extern ref long BytesWritten([UnsafeAccessorType("Renci.SshNet.Common.ChannelInputStream, Renci.SshNet")] object input);
}
