using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Teuthology.OpenStack;

/// <summary>Glance.</summary>
public sealed class ImageClient
{
    private readonly ServiceCaller _glance;
    private readonly TokenSession _session;

    internal ImageClient(ServiceCaller glance, TokenSession session) => (_glance, _session) = (glance, session);

    /// <summary>Images that the project can see.</summary>
    /// <param name="filter">Which; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<Image>> ImagesAsync(ImageFilter? filter, CancellationToken cancellationToken)
    {
        var query = new List<string>();
        if (filter?.Name is { } name)
            query.Add($"name={Uri.EscapeDataString(name)}");
        query.AddRange((filter?.Tags ?? []).Select(t => $"tag={Uri.EscapeDataString(t)}"));
        query.AddRange((filter?.Properties ?? new Dictionary<string, string>()).Select(p => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value)}"));
        if (filter is { OwnOnly: true })
            query.Add($"owner={(await _session.TokenAsync(cancellationToken)).ProjectId}");
        return await _glance.ListAsync<Image>("list images", query.Count == 0 ? "images" : $"images?{string.Join('&', query)}", "images", cancellationToken);
    }

    /// <summary>An image; null when there is none.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Image?> FindImageAsync(string id, CancellationToken cancellationToken) => _glance.FindAsync<Image>($"get image {id}", $"images/{id}", null, cancellationToken);

    /// <summary>The newest active image of a name; null when there is none.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Image?> FindByNameAsync(string name, CancellationToken cancellationToken) =>
        (await ImagesAsync(new ImageFilter { Name = name }, cancellationToken)).Where(i => i.Status == "active").MaxBy(i => i.CreatedAt);

    /// <summary>Makes an image without data: see <see cref="UploadAsync"/>.</summary>
    /// <param name="order">What is wanted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Image> CreateImageAsync(ImageOrder order, CancellationToken cancellationToken)
    {
        // Glance lets its client choose the id, and so a second order finds the first.
        var id = Guid.NewGuid().ToString();
        var body = new JsonObject
        {
            ["id"] = id, ["name"] = order.Name, ["disk_format"] = order.DiskFormat, ["container_format"] = "bare", ["visibility"] = order.Visibility,
            ["min_disk"] = order.MinDisk, ["min_ram"] = order.MinRam, ["tags"] = new JsonArray([.. order.Tags.Select(t => JsonValue.Create(t))]),
        };
        foreach (var (key, value) in order.Properties)
            body[key] = value;
        return OnceOnly.MakeAsync(
            async () =>
            {
                var answer = await _glance.OrderAsync(new ServiceRequest(HttpMethod.Post, $"create image {order.Name}", "images", body), cancellationToken);
                return answer.Read<Image>(answer.Json());
            },
            () => FindImageAsync(id, cancellationToken),
            _glance.Options,
            cancellationToken);
    }

    /// <summary>Gives an image its data. When the connection breaks and the stream can seek, it is sent again from its beginning.</summary>
    /// <param name="id">The image, which is <c>queued</c>.</param>
    /// <param name="data">The data, read from where the stream stands; stays open.</param>
    /// <param name="progress">Told how many bytes were read; null for silence.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The image, which is <c>active</c>.</returns>
    /// <exception cref="OpenStackException">Glance does not take it.</exception>
    public async Task<Image> UploadAsync(string id, Stream data, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var start = data.CanSeek ? data.Position : 0;
        for (var attempt = 1; ; attempt++)
        {
            // Asked first, so that a token that is refused is renewed before the data begins to flow.
            var image = await FindImageAsync(id, cancellationToken) ?? throw new OpenStackException(FailureKind.Infrastructure, $"glance: image {id} is gone before its data was uploaded");
            if (image.Status == "active")
                return image;
            try
            {
                using var content = new StreamContent(new CountedStream(data, progress), 1 << 20);
                content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
                var answer = await _glance.SendAsync(new ServiceRequest(HttpMethod.Put, $"upload image {image.Name}", $"images/{id}/file") { Content = content }, cancellationToken);
                if (answer.Ok)
                    return await WaitForImageAsync(id, TimeSpan.FromMinutes(30), cancellationToken);
                if (answer.Status == HttpStatusCode.Unauthorized && attempt == 1 && data.CanSeek)
                    continue;
                throw answer.Error();
            }
            catch (OpenStackException e) when (e.MayBeDone && data.CanSeek && attempt < _glance.Options.Tries)
            {
                _glance.Options.Progress?.Report($"{e.Message}; once more from the beginning");
                await SettleAsync(id, cancellationToken);
            }
            finally
            {
                if (data.CanSeek)
                    data.Position = start;
            }
        }
    }

    /// <summary>Waits until an image can be used.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="timeout">How long.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Image> WaitForImageAsync(string id, TimeSpan timeout, CancellationToken cancellationToken)
    {
        for (var start = _glance.Options.Time.GetTimestamp(); ;)
        {
            var image = await FindImageAsync(id, cancellationToken) ?? throw new OpenStackException(FailureKind.Infrastructure, $"glance: image {id} is gone");
            if (image.Status == "active")
                return image;
            if (image.Status is "killed" or "deleted" or "deactivated" || _glance.Options.Time.GetElapsedTime(start) > timeout)
                throw new OpenStackException(FailureKind.Infrastructure, $"glance: image {image.Name} ({id}) is in state {image.Status}, not active, after {_glance.Options.Time.GetElapsedTime(start).TotalSeconds:0} s");
            await Task.Delay(_glance.Options.FirstPause, _glance.Options.Time, cancellationToken);
        }
    }

    /// <summary>Deletes an image.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when there was none.</returns>
    public Task<bool> DeleteImageAsync(string id, CancellationToken cancellationToken) => _glance.DeleteAsync($"delete image {id}", $"images/{id}", cancellationToken);

    // After a broken upload Glance takes a moment to put the image back to where it takes data.
    private async Task SettleAsync(string id, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < _glance.Options.Tries; tries++)
        {
            await Task.Delay(_glance.Options.FirstPause, _glance.Options.Time, cancellationToken);
            if (await FindImageAsync(id, cancellationToken) is not { Status: "saving" })
                return;
        }
    }
}
