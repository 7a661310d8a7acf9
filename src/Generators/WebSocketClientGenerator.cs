using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using NetWebSockets.Generators.Emitting;
using NetWebSockets.Generators.Models;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators;

/// <summary>
/// Writes the other half of every class with <c>[WebSocketClient]</c>. It reports nothing: analyzers do, from the same parsers. A client or
/// a message that cannot be generated is left out.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class WebSocketClientGenerator : IIncrementalGenerator
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<ClientModel> clients = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                Symbols.ClientAttribute,
                static (node, _) => node is TypeDeclarationSyntax,
                static (found, cancellationToken) => ClientParser.Parse((INamedTypeSymbol)found.TargetSymbol, null, cancellationToken))
            .Where(static client => client is not null)
            .Select(static (client, _) => client!)
            .WithTrackingName(TrackingNames.Clients);

        IncrementalValueProvider<EquatableArray<MessageModel>> messages = Messages(context, Symbols.SendAttribute, TrackingNames.SendMessages)
            .Combine(Messages(context, Symbols.ReceiveAttribute, TrackingNames.ReceiveMessages))
            .Combine(Messages(context, Symbols.CallAttribute, TrackingNames.CallMessages))
            .Select(static (all, _) => all.Left.Left.Concat(all.Left.Right).Concat(all.Right).ToEquatableArray())
            .WithTrackingName(TrackingNames.AllMessages);

        // Joined by the client's name. Every client looks again when any message changes, but only one whose own have changed is written again.
        IncrementalValuesProvider<ContractModel> contracts = clients
            .Combine(messages)
            .Select(static (pair, _) => ContractComposer.Compose(pair.Left, pair.Right.Where(m => m.Client == pair.Left.Key)))
            .WithTrackingName(TrackingNames.Contracts);

        context.RegisterSourceOutput(
            contracts,
            static (output, contract) => output.AddSource(contract.Client.HintName, SourceText.From(ClientEmitter.Emit(contract), Utf8)));
    }

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
            if (MessageParser.Parse((INamedTypeSymbol)found.TargetSymbol, attribute, null, cancellationToken) is { } message)
                messages.Add(message);
        }

        return messages.ToEquatableArray();
    }
}
