using Microsoft.AspNetCore.Components;

namespace Teuthology.Server.Pages;

/// <summary>A whole page. Components and their parameters have to be public; what pages show need not be.</summary>
public abstract class PageBase : ComponentBase
{
    /// <summary>What it shows.</summary>
    [Parameter, EditorRequired]
    public object Content { get; set; } = null!;
}
