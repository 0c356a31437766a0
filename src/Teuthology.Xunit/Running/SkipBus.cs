using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;
using SkipException = Xunit.SkipException;

namespace Teuthology.Xunit;

/// <summary>Turns a failure by <see cref="SkipException"/> into a skip with its reason; xunit 2 knows skips only before a test starts.</summary>
/// <param name="inner">Where messages go.</param>
internal sealed class SkipBus(IMessageBus inner) : IMessageBus
{
    /// <summary>How many failures became skips.</summary>
    public int Skipped { get; private set; }

    public bool QueueMessage(IMessageSinkMessage message)
    {
        if (message is not ITestFailed failed || failed.ExceptionTypes.FirstOrDefault() != typeof(SkipException).FullName)
            return inner.QueueMessage(message);
        Skipped++;
        return inner.QueueMessage(new TestSkipped(failed.Test, failed.Messages[0]));
    }

    /// <summary>The inner bus belongs to the run.</summary>
    public void Dispose()
    {
    }
}
