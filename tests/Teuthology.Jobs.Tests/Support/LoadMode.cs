namespace Teuthology.Jobs.Tests;

public enum LoadMode
{
    Still,
    VeryLoud,
}
