using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Runnel.Autoscaling.Tests;

/// <summary>Against a server that answers as the Engine API v1.41 says: list, create, start, kill, rename and delete containers.</summary>
public sealed class DockerActuatorTests
{
    private readonly List<Container> containers = [];
    private string? startError;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static DockerWorkers Workers => new()
    {
        Image = "runnel:1.0",
        Queue = "orders",
        Arguments = ["worker", "--workers", "1"],
        Environment = new Dictionary<string, string> { ["REDIS_URL"] = "redis://redis:6379" },
        Network = "backend",
    };

    [Fact]
    public async Task Creates_and_starts_what_is_missing()
    {
        await using LoopbackApi api = await StartAsync();
        using DockerActuator actuator = DockerActuator.Connect(api.Address, Workers);

        int before = await actuator.GetCountAsync(Cancelled);
        await actuator.ScaleToAsync(2, Cancelled);
        int after = await actuator.GetCountAsync(Cancelled);

        Assert.Equal((0, 2), (before, after));
        Assert.All(containers, container => Assert.Equal("running", container.State));
        JsonNode body = containers[0].Body;
        Assert.Equal("runnel:1.0", body["Image"]!.GetValue<string>());
        Assert.Equal(["worker", "--workers", "1"], body["Cmd"]!.AsArray().Select(argument => argument!.GetValue<string>()));
        Assert.Equal(["REDIS_URL=redis://redis:6379"], body["Env"]!.AsArray().Select(variable => variable!.GetValue<string>()));
        Assert.Equal("orders", body["Labels"]!["runnel.autoscaler"]!.GetValue<string>());
        Assert.Equal((45, "backend", true), (body["StopTimeout"]!.GetValue<int>(), body["HostConfig"]!["NetworkMode"]!.GetValue<string>(), body["HostConfig"]!["AutoRemove"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task Drains_the_newest_by_sigterm_and_counts_them_no_more_while_they_do()
    {
        await using LoopbackApi api = await StartAsync();
        using DockerActuator actuator = DockerActuator.Connect(api.Address, Workers);
        await actuator.ScaleToAsync(3, Cancelled);

        await actuator.ScaleToAsync(1, Cancelled);
        int left = await actuator.GetCountAsync(Cancelled);
        await actuator.ScaleToAsync(1, Cancelled);
        await actuator.ScaleToAsync(2, Cancelled);

        Assert.Equal(1, left);
        Assert.Equal([0, 1, 1, 0], containers.Select(container => container.Terms));
    }

    [Fact]
    public async Task An_autoscaler_that_starts_anew_counts_none_that_drains()
    {
        await using LoopbackApi api = await StartAsync();
        using (DockerActuator before = DockerActuator.Connect(api.Address, Workers))
        {
            await before.ScaleToAsync(3, Cancelled);
            await before.ScaleToAsync(1, Cancelled);
        }

        using DockerActuator actuator = DockerActuator.Connect(api.Address, Workers);
        int left = await actuator.GetCountAsync(Cancelled);
        await actuator.ScaleToAsync(0, Cancelled);

        Assert.Equal(1, left);
        Assert.Equal([1, 1, 1], containers.Select(container => container.Terms)); // a second signal would end its drain
    }

    [Fact]
    public async Task Leaves_containers_of_others_alone()
    {
        containers.Add(new Container("strange", JsonNode.Parse("""{"Labels":{"runnel.autoscaler":"invoices"}}""")!) { State = "running" });
        await using LoopbackApi api = await StartAsync();
        using DockerActuator actuator = DockerActuator.Connect(api.Address, Workers);

        await actuator.ScaleToAsync(1, Cancelled);
        await actuator.ScaleToAsync(0, Cancelled);

        Assert.Equal([0, 1], containers.Select(container => container.Terms));
    }

    [Fact]
    public async Task Removes_a_container_that_cannot_be_started_and_says_why()
    {
        startError = "network backend not found";
        await using LoopbackApi api = await StartAsync();
        using DockerActuator actuator = DockerActuator.Connect(api.Address, Workers);

        ActuatorException error = await Assert.ThrowsAsync<ActuatorException>(() => actuator.ScaleToAsync(1, Cancelled));

        Assert.Contains("network backend not found", error.Message, StringComparison.Ordinal);
        Assert.Empty(containers);
    }

    [Fact]
    public void Refuses_an_address_of_another_kind() =>
        Assert.Contains("ftp://x/", Assert.Throws<RunnelException>(() => DockerActuator.Connect(new Uri("ftp://x/"), Workers)).Message, StringComparison.Ordinal);

    private Task<LoopbackApi> StartAsync() => LoopbackApi.StartAsync(app =>
    {
        app.MapGet("/v1.41/containers/json", context =>
        {
            JsonNode filters = JsonNode.Parse(context.Request.Query["filters"].ToString())!;
            string[] label = filters["label"]![0]!.GetValue<string>().Split('=');
            string[] states = [.. filters["status"]!.AsArray().Select(state => state!.GetValue<string>())];
            JsonArray found = [.. Enumerable.Reverse(containers)
                .Where(container => container.Body["Labels"]![label[0]]!.GetValue<string>() == label[1] && states.Contains(container.State))
                .Select(container => (JsonNode?)new JsonObject { ["Id"] = container.Id, ["Names"] = new JsonArray('/' + container.Name), ["State"] = container.State })];
            return WriteAsync(context, 200, found);
        });
        app.MapPost("/v1.41/containers/create", async context =>
        {
            containers.Add(new Container($"c{containers.Count}", (await JsonNode.ParseAsync(context.Request.Body))!));
            await WriteAsync(context, 201, new JsonObject { ["Id"] = containers[^1].Id, ["Warnings"] = new JsonArray() });
        });
        app.MapPost("/v1.41/containers/{id}/start", context =>
        {
            if (startError is not null)
                return WriteAsync(context, 404, new JsonObject { ["message"] = startError });
            Find(context).State = "running";
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        });
        app.MapPost("/v1.41/containers/{id}/kill", context =>
        {
            Assert.Equal("SIGTERM", context.Request.Query["signal"].ToString());
            Find(context).Terms++; // it drains, and runs meanwhile
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        });
        app.MapPost("/v1.41/containers/{id}/rename", context =>
        {
            Find(context).Name = context.Request.Query["name"].ToString();
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        });
        app.MapDelete("/v1.41/containers/{id}", context =>
        {
            containers.Remove(Find(context));
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        });
    });

    private Container Find(HttpContext context) => containers.Single(container => container.Id == (string)context.Request.RouteValues["id"]!);

    private static async Task WriteAsync(HttpContext context, int code, JsonNode body)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body.ToJsonString());
    }

    private sealed class Container(string id, JsonNode body)
    {
        public string Id { get; } = id;

        public JsonNode Body { get; } = body;

        public string Name { get; set; } = $"random_{id}";

        public string State { get; set; } = "created";

        public int Terms { get; set; }
    }
}
