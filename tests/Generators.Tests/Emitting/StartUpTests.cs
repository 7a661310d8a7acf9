using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Emit;
using NetWebSockets.Generators.Tests.Harness;
using NetWebSockets.Messaging;

namespace NetWebSockets.Generators.Tests.Emitting;

/// <summary>Generated code, loaded and run: its static fields are set in the right order, and every type is found in the JSON context.</summary>
public class StartUpTests
{
    public static TheoryData<string> SampleNames => [.. Samples.All.Keys];

    [Theory]
    [MemberData(nameof(SampleNames))]
    public void The_contract_of_a_client_is_whole_when_it_is_asked_for(string sample)
    {
        Type client = Load(Samples.All[sample]);

        ClientContract contract = Ask<ClientContract>(client, nameof(ContractOf));

        Assert.Equal(client.Name, contract.Name);
        Assert.DoesNotContain(null, contract.Routes);
        Assert.Equal("I" + client.Name, Ask<Type>(client, nameof(InterfaceOf)).Name);
    }

    [Fact]
    public void The_contract_says_what_the_attributes_say()
    {
        ClientContract contract = Ask<ClientContract>(Load(Samples.JsonRpc), nameof(ContractOf));

        Assert.Equal("wss://tools.example/rpc", contract.Uri);
        Assert.Equal(["rpc.v2", "rpc.v1"], contract.SubProtocols);
        Assert.Equal(["/method"], contract.Discriminators);
        Assert.Equal(("/id", "/result", "/error"), (contract.Calls!.Id, contract.Calls.Result, contract.Calls.Error));
        Assert.Equal([LocatorMatch.Exact("/method", "changed")], Assert.Single(contract.Routes).Match);
    }

    [Fact]
    public void The_values_of_the_wire_survive_being_written_as_code()
    {
        ClientContract contract = Ask<ClientContract>(Load(Samples.OddText), nameof(ContractOf));

        Assert.Equal("wss://odd.example/a?b=<c>&d=\"", contract.Uri);
        Assert.Equal(["/a\"b/{c}~0\\"], contract.Discriminators);
        Assert.Equal([LocatorMatch.Exact("/a\"b/{c}~0\\", "quote\" <tag> \n\u2028")], Assert.Single(contract.Routes).Match);
    }

    private static Type Load(string source)
    {
        (Compilation compilation, _) = TestCompilation.Generate(source);
        using MemoryStream assembly = new();
        EmitResult result = compilation.Emit(assembly, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics));
        return Assembly.Load(assembly.ToArray()).GetTypes().Single(
            static t => t.GetInterfaces().Any(static i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IGeneratedClient<>)));
    }

    private static T Ask<T>(Type client, string question) =>
        (T)typeof(StartUpTests).GetMethod(question, BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(client).Invoke(null, null)!;

    private static ClientContract ContractOf<T>()
        where T : class, IGeneratedClient<T> => T.Contract;

    private static Type InterfaceOf<T>()
        where T : class, IGeneratedClient<T> => T.InterfaceType;
}
