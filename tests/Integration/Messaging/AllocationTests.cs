using System.Buffers;
using System.Text.Json;
using Xunit;

namespace NetWebSockets.IntegrationTests.Messaging;

/// <summary>Alone in the process: it counts what all threads allocate.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationCollection;

[Collection(nameof(AllocationTests))]
public class AllocationTests
{
    private const int WarmUp = 5000;
    private const int Rounds = 5000;
    private const int Attempts = 30;

    [Fact]
    public async Task A_record_of_1_KiB_sent_and_received_allocates_nothing_beyond_what_its_payload_and_the_serializer_need()
    {
        var note = new Note(1, new string('x', 1024));
        double alone = SerializerAlone(note);

        using var server = new EchoThread();
        await using NoteClient client = await NoteClient.ConnectAsync(server.Uri, TestContext.Current.CancellationToken);
        await using MessageStream<Note> notes = client.NoteMessages();

        // What all threads allocate includes what the runtime does once, such as compiling anew what has run often. The best of several
        // attempts is without it; it is what a record costs.
        await RoundTrips(WarmUp);
        double all = double.MaxValue;
        for (int attempt = 0; attempt < Attempts && all - alone >= 0.5; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await RoundTrips(Rounds);
            all = Math.Min(all, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Rounds);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"bytes a record of 1 KiB sent and received: serializer alone {alone}, the whole way on all threads {all:0.00}");
        Assert.InRange(all - alone, -0.5, 0.5);

        async Task RoundTrips(int count)
        {
            for (int i = 0; i < count; i++)
            {
                await client.SendAsync(note);
                await notes.WaitToReadAsync();
                if (!notes.TryRead(out Note? back) || back.Text.Length != note.Text.Length)
                    throw new InvalidOperationException("The note came back.");
            }
        }
    }

    // The same work with nothing around it: written into a buffer that is used again, and read from it.
    private static double SerializerAlone(Note note)
    {
        var buffer = new ArrayBufferWriter<byte>(8192);
        using var writer = new Utf8JsonWriter(buffer);
        for (int i = 0; i < WarmUp; i++)
            Once();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Rounds; i++)
            Once();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Rounds;

        void Once()
        {
            buffer.ResetWrittenCount();
            writer.Reset(buffer);
            JsonSerializer.Serialize(writer, note, NoteJson.Default.Note);
            writer.Flush();
            _ = JsonSerializer.Deserialize(buffer.WrittenSpan, NoteJson.Default.Note);
        }
    }
}
