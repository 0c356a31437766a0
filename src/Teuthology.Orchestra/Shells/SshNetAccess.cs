using System.Runtime.CompilerServices;
using Renci.SshNet;

namespace Teuthology.Orchestra;

/// <summary>
/// The private setters through which output goes straight from the connection's reader into our streams. SSH.NET's own streams are
/// unbounded buffers that can only be read by a blocked thread, two for every running command.
/// </summary>
internal static class SshNetAccess
{
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_OutputStream")]
    public static extern void SetOutput(SshCommand command, Stream stream);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_ExtendedOutputStream")]
    public static extern void SetExtendedOutput(SshCommand command, Stream stream);
}
