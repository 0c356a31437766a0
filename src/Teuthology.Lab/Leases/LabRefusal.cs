namespace Teuthology.Lab;

/// <summary>Tells at once what a lab can never serve, instead of letting a job wait for ever.</summary>
internal static class LabRefusal
{
    /// <exception cref="ConfigurationException">Says what is missing, what the lab has, and how to get more.</exception>
    public static void ThrowIfNever(MachineRequest request, LabOffer offer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Count, 1);
        var types = MachineTypeText.Parse(request.MachineType);
        var missing = request.Features & ~offer.Features;
        var reason = offer switch
        {
            { Machines: 0 } => $"the {offer.Kind} lab does not work on this host",
            _ when types.Count > 0 && !types.Any(type => type == "embedded" || MachineTypeText.Parse(offer.Kind).Contains(type)) =>
                $"machines of type '{string.Join("' or '", types)}' are asked for, but this lab has type '{offer.Kind}' (or 'embedded') only",
            _ when request.Count > offer.Machines =>
                $"{request.Count} machines are asked for, but the {offer.Kind} lab has {offer.Machines} (TEUTHOLOGY_LAB_NODES sets how many)",
            _ when missing != LabFeatures.None => $"machines with {missing} are asked for, but those of the {offer.Kind} lab have {Told(offer.Features)}",
            _ when request.OwnKernels.Count > offer.OwnKernels =>
                $"{request.OwnKernels.Count} machines with a kernel of their own are asked for, but the {offer.Kind} lab has {offer.OwnKernels}{(offer.OwnKernelRemedy is { } more ? $" ({more})" : "")}",
            _ when request is { FromSnapshot: not null, OwnKernels.Count: > 0 } => "machines with a kernel of their own cannot begin with a snapshot",
            _ => null,
        };
        if (reason is not null)
            throw new ConfigurationException(offer.Remedy is { } remedy ? $"{reason}. {remedy}" : reason);
    }

    private static string Told(LabFeatures features) => features == LabFeatures.None ? "a shell over SSH only" : $"{features} only";
}
