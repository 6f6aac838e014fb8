"""Small networks of the published kinds, as a hub has them: configuration, words, and weights that
are drawn here. What they answer was computed by transformers, see `expected.json`."""

from __future__ import annotations

import json

import numpy as np
from safetensors.numpy import save
from tokenizers import Tokenizer, models, pre_tokenizers, processors

HIDDEN, LAYERS, HEADS, INNER, PLACES = 16, 2, 4, 24, 40
SPOKEN = "where is the inn near fountain poring drops apples this example about trade people . ?"
WORDS = ["<s>", "<pad>", "</s>", "<unk>", *SPOKEN.split()]
PIECED = "where is the inn pron ##tera gef ##fen hark old tom left for . ?"
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *PIECED.split()]
NER = ["O", "B-MISC", "I-MISC", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"]
TOXIC = ["toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate"]
NLI = ["contradiction", "neutral", "entailment"]
LANGUAGES = ["ja", "pt", "en"]


class Drawn:
    """Tensors by name, always the same."""

    def __init__(self):
        self.random, self.made = np.random.default_rng(11), {}

    def some(self, name, *shape):
        self.made[name] = self.random.normal(0, 0.5, shape).astype(np.float32)

    def dense(self, name, out, into):
        self.some(f"{name}.weight", out, into)
        self.some(f"{name}.bias", out)

    def norm(self, name):
        self.dense(name, HIDDEN, 1)
        self.made[f"{name}.weight"] = 1 + self.made[f"{name}.weight"][:, 0]


def encoder(words, segments, prefix):
    drawn = Drawn()
    drawn.some(f"{prefix}embeddings.word_embeddings.weight", words, HIDDEN)
    drawn.some(f"{prefix}embeddings.position_embeddings.weight", PLACES, HIDDEN)
    drawn.some(f"{prefix}embeddings.token_type_embeddings.weight", segments, HIDDEN)
    drawn.norm(f"{prefix}embeddings.LayerNorm")
    for layer in range(LAYERS):
        name = f"{prefix}encoder.layer.{layer}"
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            drawn.dense(f"{name}.attention.{part}", HIDDEN, HIDDEN)
        drawn.norm(f"{name}.attention.output.LayerNorm")
        drawn.dense(f"{name}.intermediate.dense", INNER, HIDDEN)
        drawn.dense(f"{name}.output.dense", HIDDEN, INNER)
        drawn.norm(f"{name}.output.LayerNorm")
    return drawn


def bart():
    drawn = Drawn()
    drawn.some("model.shared.weight", len(WORDS), HIDDEN)
    for side in ("encoder", "decoder"):
        drawn.some(f"model.{side}.embed_positions.weight", PLACES + 2, HIDDEN)
        drawn.norm(f"model.{side}.layernorm_embedding")
        for layer in range(LAYERS):
            name = f"model.{side}.layers.{layer}"
            for attention in ("self_attn", *(["encoder_attn"] if side == "decoder" else [])):
                for part in ("q", "k", "v", "out"):
                    drawn.dense(f"{name}.{attention}.{part}_proj", HIDDEN, HIDDEN)
                drawn.norm(f"{name}.{attention}_layer_norm")
            drawn.dense(f"{name}.fc1", INNER, HIDDEN)
            drawn.dense(f"{name}.fc2", HIDDEN, INNER)
            drawn.norm(f"{name}.final_layer_norm")
    drawn.dense("classification_head.dense", HIDDEN, HIDDEN)
    drawn.dense("classification_head.out_proj", len(NLI), HIDDEN)
    return drawn


def roberta_words():
    made = Tokenizer(
        models.WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="<unk>")
    )
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    return made.to_str().encode()


def config(architecture, labels, **more):
    return json.dumps({
        "architectures": [architecture],
        "id2label": {str(at): label for at, label in enumerate(labels)},
        "label2id": {label: at for at, label in enumerate(labels)},
        **more,
    }).encode()  # fmt: skip


def bert_config(architecture, labels, words, segments, **more):
    return config(
        architecture,
        labels,
        hidden_size=HIDDEN,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=INNER,
        max_position_embeddings=PLACES,
        vocab_size=words,
        type_vocab_size=segments,
        **more,
    )


def toxicity():
    drawn = encoder(len(PIECES), 2, "bert.")
    drawn.dense("bert.pooler.dense", HIDDEN, HIDDEN)
    drawn.dense("classifier", len(TOXIC), HIDDEN)
    made = bert_config("BertForSequenceClassification", TOXIC, len(PIECES), 2, model_type="bert")
    return pieces(made, drawn, lower=True)


def entities():
    drawn = encoder(len(PIECES), 2, "bert.")
    drawn.dense("classifier", len(NER), HIDDEN)
    made = bert_config("BertForTokenClassification", NER, len(PIECES), 2, model_type="bert")
    return pieces(made, drawn, lower=False)


def pieces(made, drawn, *, lower):
    return {
        "config.json": made,
        "vocab.txt": "\n".join(PIECES).encode(),
        "tokenizer_config.json": json.dumps({"do_lower_case": lower}).encode(),
        "model.safetensors": save(drawn.made),
    }


def language():
    drawn = encoder(len(WORDS), 1, "roberta.")
    drawn.dense("classifier.dense", HIDDEN, HIDDEN)
    drawn.dense("classifier.out_proj", len(LANGUAGES), HIDDEN)
    made = bert_config(
        "XLMRobertaForSequenceClassification", LANGUAGES, len(WORDS), 1,
        model_type="xlm-roberta", layer_norm_eps=1e-5, pad_token_id=1,
    )  # fmt: skip
    return {"config.json": made, "tokenizer.json": roberta_words(),
            "model.safetensors": save(drawn.made)}  # fmt: skip


def topic():
    made = config(
        "BartForSequenceClassification", NLI, model_type="bart", d_model=HIDDEN,
        encoder_layers=LAYERS, decoder_layers=LAYERS, num_hidden_layers=LAYERS,
        encoder_attention_heads=HEADS, decoder_attention_heads=HEADS, encoder_ffn_dim=INNER,
        decoder_ffn_dim=INNER, max_position_embeddings=PLACES, vocab_size=len(WORDS),
        activation_function="gelu", decoder_start_token_id=2, eos_token_id=2, bos_token_id=0,
        pad_token_id=1, forced_eos_token_id=2,
    )  # fmt: skip
    return {"config.json": made, "tokenizer.json": roberta_words(),
            "model.safetensors": save(bart().made)}  # fmt: skip


FILES = {"toxicity": toxicity, "entities": entities, "language": language, "topic": topic}
