using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Runnel.Autoscaling.Tests;

/// <summary>Against a server that answers as the API reference says: apps/v1 Deployment, read and replace scale.</summary>
public sealed class KubernetesActuatorTests
{
    private int replicas = 2;
    private int version = 7;
    private int changes;
    private Action beforeReplace = () => { };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reads_and_replaces_the_scale()
    {
        await using LoopbackApi api = await StartAsync();
        using KubernetesActuator actuator = KubernetesActuator.Connect(api.Address, "jobs", "worker");

        int before = await actuator.GetCountAsync(Cancelled);
        await actuator.ScaleToAsync(5, Cancelled);
        int after = await actuator.GetCountAsync(Cancelled);
        await actuator.ScaleToAsync(5, Cancelled);

        Assert.Equal((2, 5, 1), (before, after, changes));
    }

    [Fact]
    public async Task Reads_a_scale_of_zero_which_the_api_leaves_out()
    {
        replicas = 0;
        await using LoopbackApi api = await StartAsync();
        using KubernetesActuator actuator = KubernetesActuator.Connect(api.Address, "jobs", "worker");

        Assert.Equal(0, await actuator.GetCountAsync(Cancelled));
    }

    [Fact]
    public async Task Leaves_a_scale_alone_that_somebody_else_changed_meanwhile()
    {
        beforeReplace = () => (replicas, version) = (9, version + 1);
        await using LoopbackApi api = await StartAsync();
        using KubernetesActuator actuator = KubernetesActuator.Connect(api.Address, "jobs", "worker");

        ActuatorException error = await Assert.ThrowsAsync<ActuatorException>(() => actuator.ScaleToAsync(5, Cancelled));

        Assert.Equal(9, replicas);
        Assert.Contains("409", error.Message, StringComparison.Ordinal);
        Assert.Contains("the object has been modified", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quotes_the_api_where_there_is_no_such_deployment()
    {
        await using LoopbackApi api = await StartAsync();
        using KubernetesActuator actuator = KubernetesActuator.Connect(api.Address, "jobs", "nobody");

        ActuatorException error = await Assert.ThrowsAsync<ActuatorException>(() => actuator.GetCountAsync(Cancelled));

        Assert.Contains("404", error.Message, StringComparison.Ordinal);
        Assert.Contains("deployments.apps \"nobody\" not found", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_so_where_nobody_listens()
    {
        LoopbackApi api = await StartAsync();
        Uri address = api.Address;
        await api.DisposeAsync();
        using KubernetesActuator actuator = KubernetesActuator.Connect(address, "jobs", "worker");

        ActuatorException error = await Assert.ThrowsAsync<ActuatorException>(() => actuator.GetCountAsync(Cancelled));

        Assert.Contains(address.ToString(), error.Message, StringComparison.Ordinal);
    }

    private Task<LoopbackApi> StartAsync() => LoopbackApi.StartAsync(app =>
    {
        const string Path = "/apis/apps/v1/namespaces/jobs/deployments/{name}/scale";
        app.MapGet(Path, context => (string)context.Request.RouteValues["name"]! == "worker"
            ? WriteAsync(context, 200, Scale())
            : WriteAsync(context, 404, Status(404, "NotFound", "deployments.apps \"nobody\" not found")));
        app.MapPut(Path, async context =>
        {
            beforeReplace();
            JsonNode scale = (await JsonNode.ParseAsync(context.Request.Body))!;
            if (scale["metadata"]!["resourceVersion"]!.GetValue<string>() != $"{version}")
            {
                await WriteAsync(context, 409, Status(409, "Conflict", "the object has been modified; please apply your changes to the latest version"));
                return;
            }

            Assert.Equal(("autoscaling/v1", "Scale", "worker"), (scale["apiVersion"]!.GetValue<string>(), scale["kind"]!.GetValue<string>(), scale["metadata"]!["name"]!.GetValue<string>()));
            replicas = scale["spec"]!["replicas"]!.GetValue<int>();
            version++;
            changes++;
            await WriteAsync(context, 200, Scale());
        });
    });

    private JsonObject Scale() => new()
    {
        ["kind"] = "Scale",
        ["apiVersion"] = "autoscaling/v1",
        ["metadata"] = new JsonObject { ["name"] = "worker", ["namespace"] = "jobs", ["uid"] = "u-1", ["resourceVersion"] = $"{version}" },
        ["spec"] = replicas == 0 ? new JsonObject() : new JsonObject { ["replicas"] = replicas },
        ["status"] = new JsonObject { ["replicas"] = replicas, ["selector"] = "app=worker" },
    };

    private static JsonObject Status(int code, string reason, string message) => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Failure",
        ["message"] = message,
        ["reason"] = reason,
        ["code"] = code,
    };

    private static async Task WriteAsync(HttpContext context, int code, JsonNode body)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body.ToJsonString());
    }
}
