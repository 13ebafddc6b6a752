using System.Text;

namespace Runnel.Cli.Demo;

/// <summary>Keeps the last lines that the worker processes wrote, to be shown only if something goes wrong.</summary>
internal sealed class TailWriter(int lines) : TextWriter
{
    private readonly Lock gate = new();
    private readonly Queue<string> kept = new();

    public override Encoding Encoding => Encoding.UTF8;

    public string Text
    {
        get
        {
            lock (gate)
                return string.Join('\n', kept);
        }
    }

    public override void WriteLine(string? value)
    {
        lock (gate)
        {
            kept.Enqueue(value ?? "");
            if (kept.Count > lines)
                kept.Dequeue();
        }
    }
}
