using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using NetWebSockets.Messaging;
using NetWebSockets.Tests.Connections;
using Xunit;

namespace NetWebSockets.Tests.Messaging.Subscriptions;

public sealed class SubscriptionKeyTableTests
{
    private readonly SubscriptionTable _owner;
    private readonly SubscriptionPlan _plan;

    public SubscriptionKeyTableTests()
    {
        ContractPlan plan = SubscriptionContracts.Contract(SubscriptionContracts.BinanceTrades()).Plan;
        var gate = new PumpGate(TimeProvider.System);
        _plan = plan.Subscriptions[0];
        _owner = new SubscriptionTable(plan, "T", gate, new CallTable("T", gate, TimeProvider.System, 1), NullLogger.Instance);
    }

    [Fact]
    public void It_finds_what_is_in_it_through_any_changes()
    {
        var table = new SubscriptionKeyTable();
        var model = new Dictionary<string, List<Subscription>>();
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++)
        {
            // It grows in the first half, and shrinks in the second.
            string key = $"key{random.Next(500)}";
            List<Subscription> there = model.TryGetValue(key, out List<Subscription>? found) ? found : model[key] = [];
            if (random.Next(10) < (i < 10_000 ? 7 : 3))
            {
                there.Add(New(key));
                table.Add(Encoding.UTF8.GetBytes(key), there[^1]);
            }
            else if (there.Count > 0)
            {
                Subscription gone = there[random.Next(there.Count)];
                there.Remove(gone);
                table.Remove(Encoding.UTF8.GetBytes(key), gone);
            }

            if (i % 100 == 0)
                Assert.All(model, m => Assert.Equal(m.Value.ToHashSet(), Find(table, m.Key)));
        }

        Assert.Equal(model.Sum(m => m.Value.Count), table.Count);
        Assert.Empty(Find(table, "nothing"));
    }

    [Fact]
    public async Task A_reader_finds_what_stays_while_others_come_and_go()
    {
        var table = new SubscriptionKeyTable();
        Subscription stays = New("stays");
        byte[] key = Encoding.UTF8.GetBytes("stays");
        table.Add(key, stays);
        using var stop = new CancellationTokenSource();
        Task<long> reader = Task.Run(() =>
        {
            long looks = 0;
            for (; !stop.IsCancellationRequested || looks == 0; looks++)
            {
                if (table.Find(key)?.Subscription != stays)
                    throw new InvalidOperationException($"It was not found at look {looks}.");
            }

            return looks;
        });
        var random = new Random(8);
        List<Subscription> others = [];
        for (int i = 0; i < 200_000; i++)
        {
            if (others.Count == 0 || (random.Next(2) == 0 && others.Count < 300))
            {
                others.Add(New($"o{i}"));
                table.Add(others[^1].ArgumentKey(), others[^1]);
            }
            else
            {
                Subscription gone = others[random.Next(others.Count)];
                others.Remove(gone);
                table.Remove(gone.ArgumentKey(), gone);
            }
        }

        await stop.CancelAsync();
        Assert.True(await reader.Soon() > 0);
    }

    private Subscription New(string key) =>
        new Subscription<Trade>(_plan, new SubscriptionIdentity(_plan.Route, key, []), _owner, "T", new PumpGate(TimeProvider.System));

    private static HashSet<Subscription> Find(SubscriptionKeyTable table, string key)
    {
        HashSet<Subscription> found = [];
        for (SubscriptionKeyTable.Entry? entry = table.Find(Encoding.UTF8.GetBytes(key)); entry is not null; entry = entry.NextOfKey)
            Assert.True(found.Add(entry.Subscription));
        return found;
    }
}
