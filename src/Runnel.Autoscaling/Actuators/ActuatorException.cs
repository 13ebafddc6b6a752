namespace Runnel.Autoscaling;

/// <summary>What keeps the workers refused, or could not be reached. The autoscaler says so and tries again at its next look.</summary>
public sealed class ActuatorException(string message, Exception? inner = null) : RunnelException(message, inner);
