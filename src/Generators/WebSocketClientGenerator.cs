using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Emitting;
using NetWebSockets.Generators.Models;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators;

/// <summary>
/// Writes the other half of every class with <c>[WebSocketClient]</c> or <c>[JsonRpcClient]</c>. It reports nothing: analyzers do, from the same parsers.
/// For a client in which something is wrong, or whose messages are, nothing is generated, but for halves of its partial methods that throw: without them the compiler would not get to the analyzers.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class WebSocketClientGenerator : IIncrementalGenerator
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<ClientModel> clients = Clients(context, Symbols.ClientAttribute, TrackingNames.Clients);
        IncrementalValuesProvider<ClientModel> rpcClients = Clients(context, Symbols.JsonRpcAttribute, TrackingNames.JsonRpcClients);

        IncrementalValueProvider<EquatableArray<MessageModel>> messages = Messages(context, Symbols.SendAttribute, TrackingNames.SendMessages)
            .Combine(Messages(context, Symbols.ReceiveAttribute, TrackingNames.ReceiveMessages))
            .Combine(Messages(context, Symbols.CallAttribute, TrackingNames.CallMessages))
            .Select(static (all, _) => all.Left.Left.Concat(all.Left.Right).Concat(all.Right).ToEquatableArray())
            .WithTrackingName(TrackingNames.AllMessages);

        IncrementalValueProvider<EquatableArray<MethodModel>> methods = MethodPipeline.Methods(context);
        IncrementalValueProvider<EquatableArray<SubscribeModel>> subscribes = MethodPipeline.Subscribes(context);
        Generate(context, clients, Halves(context, Symbols.ClientAttribute, TrackingNames.Halves), messages, methods, subscribes, TrackingNames.Contracts);
        Generate(context, rpcClients, Halves(context, Symbols.JsonRpcAttribute, TrackingNames.JsonRpcHalves), messages, methods, subscribes, TrackingNames.JsonRpcContracts);
    }

    private static IncrementalValuesProvider<ClientModel> Clients(IncrementalGeneratorInitializationContext context, string attribute, string trackingName) =>
        context.SyntaxProvider
            .ForAttributeWithMetadataName(
                attribute,
                static (node, _) => node is TypeDeclarationSyntax,
                static (found, cancellationToken) => ClientParser.Parse((INamedTypeSymbol)found.TargetSymbol, null, cancellationToken))
            .Where(static client => client is not null)
            .Select(static (client, _) => client!)
            .WithTrackingName(trackingName);

    private static IncrementalValueProvider<EquatableArray<ClientHalvesModel>> Halves(IncrementalGeneratorInitializationContext context, string attribute, string trackingName) =>
        context.SyntaxProvider
            .ForAttributeWithMetadataName(
                attribute,
                static (node, _) => node is ClassDeclarationSyntax,
                static (found, cancellationToken) => ClientHalvesParser.Parse((INamedTypeSymbol)found.TargetSymbol, cancellationToken))
            .Collect()
            .Select(static (clients, _) => clients.Where(static c => c.Methods.Count > 0).ToEquatableArray())
            .WithTrackingName(trackingName);

    // Joined by the client's name. Every client looks again when any message changes, but only one whose own have changed is written again.
    private static void Generate(
        IncrementalGeneratorInitializationContext context,
        IncrementalValuesProvider<ClientModel> clients,
        IncrementalValueProvider<EquatableArray<ClientHalvesModel>> halves,
        IncrementalValueProvider<EquatableArray<MessageModel>> messages,
        IncrementalValueProvider<EquatableArray<MethodModel>> methods,
        IncrementalValueProvider<EquatableArray<SubscribeModel>> subscribes,
        string trackingName)
    {
        IncrementalValuesProvider<ContractModel> contracts = clients
            .Combine(messages)
            .Combine(methods)
            .Combine(subscribes)
            .Select(static (all, _) => Compose(all.Left.Left.Left, all.Left.Left.Right, all.Left.Right, all.Right))
            .Where(static contract => contract is not null)
            .Select(static (contract, _) => contract!)
            .WithTrackingName(trackingName);
        context.RegisterSourceOutput(
            contracts,
            static (output, contract) => output.AddSource(contract.Client.HintName, SourceText.From(ClientEmitter.Emit(contract), Utf8)));

        IncrementalValueProvider<EquatableArray<string>> right = contracts.Select(static (contract, _) => contract.Client.Key).Collect().Select(static (keys, _) => keys.ToEquatableArray());
        context.RegisterSourceOutput(
            halves.Combine(right).SelectMany(static (both, _) => both.Left.Where(c => !both.Right.Contains(c.Key))),
            static (output, client) => output.AddSource(client.HintName, SourceText.From(ClientHalvesEmitter.Emit(client), Utf8)));
    }

    private static ContractModel? Compose(
        ClientModel client, EquatableArray<MessageModel> messages, EquatableArray<MethodModel> methods, EquatableArray<SubscribeModel> subscribes) =>
        ContractComposer.Compose(
            client,
            messages.Where(m => m.Client == client.Key),
            methods.Where(m => m.Client == client.Key),
            subscribes.Where(s => s.Client == client.Key));

    private static IncrementalValueProvider<EquatableArray<MessageModel>> Messages(
        IncrementalGeneratorInitializationContext context, string attribute, string trackingName) =>
        context.SyntaxProvider
            .ForAttributeWithMetadataName(
                attribute,
                static (node, _) => node is TypeDeclarationSyntax,
                static (found, cancellationToken) => Parse(found, cancellationToken))
            .Collect()
            .Select(static (files, _) => files.SelectMany(static f => f).ToEquatableArray())
            .WithTrackingName(trackingName);

    private static EquatableArray<MessageModel> Parse(GeneratorAttributeSyntaxContext found, CancellationToken cancellationToken)
    {
        ImmutableArray<MessageModel>.Builder messages = ImmutableArray.CreateBuilder<MessageModel>();
        foreach (AttributeData attribute in found.Attributes)
        {
            List<Problem> problems = [];
            if (MessageParser.Parse((INamedTypeSymbol)found.TargetSymbol, attribute, problems, cancellationToken) is { } message)
                messages.Add(message);
            else if (problems.Count > 0)
                messages.Add(MessageModel.Faulty(MessageParser.ClientOf(attribute)!.FullName()));
        }

        return messages.ToEquatableArray();
    }
}
