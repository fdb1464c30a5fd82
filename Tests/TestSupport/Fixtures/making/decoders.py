"""The causal families, and EmbeddingGemma, which is built like one but looks both ways."""
import torch
from tokenizers import normalizers, pre_tokenizers, processors

from .declaration import Dense
from .family import Family, make_family
from .vocabularies import BLOOM_SPLIT, QWEN_SPLIT, byte_bpe, piece_bpe, template

END = "<|endoftext|>"
GPT = {"bos_token": END, "eos_token": END, "unk_token": END, "pad_token": END}
BLOOM = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
LLAMA = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "</s>"}
QWEN = {"eos_token": END, "pad_token": END}
GEMMA = {"bos_token": "<bos>", "eos_token": "<eos>", "unk_token": "<unk>", "pad_token": "<pad>"}


def gpt_tokenizer():
    tokenizer = byte_bpe([END])
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer


def bloom_tokenizer(special=()):
    tokenizer = byte_bpe(["<unk>", "<s>", "</s>", "<pad>"], split=BLOOM_SPLIT)
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.add_special_tokens(list(special))
    return tokenizer


def llama_tokenizer(single="<s> $A </s>"):
    return piece_bpe(["<unk>", "<s>", "</s>"], normalizers.Sequence(
        [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]), single=single)


def qwen_tokenizer():
    tokenizer = byte_bpe([END, "<|im_start|>", "<|im_end|>"], split=QWEN_SPLIT, normalizer=normalizers.NFC())
    template(tokenizer, f"$A {END}")
    return tokenizer


def gemma_tokenizer():
    return piece_bpe(["<pad>", "<eos>", "<bos>", "<unk>"], normalizers.Replace(" ", "▁"),
                     pre_tokenizers.Split(" ", "merged_with_previous"), single="<bos> $A <eos>")


def gpt_like(kind, **facts):
    return {"model_type": kind, "bos_token_id": 0, "eos_token_id": 0, "layer_norm_epsilon": 1e-5, **facts}


def rotary(kind, activation="hidden_act", **facts):
    return {"model_type": kind, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4,
            "num_key_value_heads": 2, "intermediate_size": 24, activation: "silu", "max_position_embeddings": 64,
            "rms_norm_eps": 1e-6, "tie_word_embeddings": False, **facts}


def causal_masks(config):
    """The buffers that old files of GPT-2 hold."""
    mask = torch.ones(48, 48, dtype=torch.uint8).tril()[None, None]
    return {f"h.{layer}.attn.bias": mask.clone() for layer in range(config["n_layer"])}


E5_MISTRAL = {"web_search_query": "Instruct: Given a web search query, retrieve relevant passages that answer the "
                                  "query\nQuery: ",
              "sts_query": "Instruct: Retrieve semantically similar text.\nQuery: "}
QWEN3 = {"query": "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:",
         "document": ""}
GEMMA_PROMPTS = {"query": "task: search result | query: ", "document": "title: none | text: "}
MODELS = {
    "gpt2-weighted": Family(
        ["weightedmean"], tokenizer=gpt_tokenizer, special=GPT, unused=causal_masks,
        config=gpt_like("gpt2", n_embd=16, n_layer=2, n_head=4, n_positions=48, n_inner=None,
                        activation_function="gelu_new")),
    "gpt-neo-local": Family(
        ["weightedmean"], tokenizer=gpt_tokenizer, special=GPT, dtype=torch.float16, prefix="transformer.",
        config=gpt_like("gpt_neo", hidden_size=16, num_layers=2, attention_types=[[["global", "local"], 1]],
                        num_heads=4, intermediate_size=None, max_position_embeddings=48, window_size=5,
                        activation_function="gelu_new")),
    "gptj-weighted": Family(
        ["weightedmean"], tokenizer=gpt_tokenizer, special=GPT, dtype=torch.float16, max_length=28,
        config=gpt_like("gptj", n_embd=24, n_layer=2, n_head=3, n_positions=64, rotary_dim=4, n_inner=None,
                        activation_function="gelu_new")),
    "bloom-last": Family(
        ["lasttoken"], tokenizer=bloom_tokenizer, special=BLOOM, dtype=torch.float16,
        config={"model_type": "bloom", "hidden_size": 24, "n_layer": 2, "n_head": 6, "layer_norm_epsilon": 1e-5,
                "apply_residual_connection_post_layernorm": False, "bos_token_id": 1, "eos_token_id": 2,
                "pad_token_id": 3}),
    "llama-sharded": Family(
        ["lasttoken"], normalize=True, similarity="dot", prompts={"query": "query: ", "passage": "passage: "},
        tokenizer=llama_tokenizer, special=LLAMA, sharded=True, prefix="model.", dtype=torch.float16,
        config=rotary("llama", num_key_value_heads=4, rope_theta=10000.0, rope_scaling=None, rms_norm_eps=1e-5,
                      bos_token_id=1, eos_token_id=2)),
    "llama-linear-rope": Family(
        ["mean"], tokenizer=llama_tokenizer, special=LLAMA, dtype=torch.bfloat16, max_length=20,
        config=rotary("llama", num_key_value_heads=1, rope_theta=500.0,
                      rope_scaling={"type": "linear", "factor": 2.0}, attention_bias=True, mlp_bias=True,
                      bos_token_id=1, eos_token_id=2)),
    "mistral-window": Family(
        ["lasttoken"], normalize=True, prompts=E5_MISTRAL, tokenizer=llama_tokenizer, special=LLAMA,
        dtype=torch.float16, max_length=88,
        config=rotary("mistral", head_dim=8, sliding_window=6, rope_theta=10000.0, rms_norm_eps=1e-5, bos_token_id=1,
                      eos_token_id=2, max_position_embeddings=128)),
    "qwen2-last": Family(
        ["lasttoken"], normalize=True, prompts=QWEN3, tokenizer=qwen_tokenizer, special=QWEN, dtype=torch.bfloat16,
        max_length=84,
        config=rotary("qwen2", rope_theta=1000000.0, use_sliding_window=False, sliding_window=8, max_window_layers=2,
                      bos_token_id=0, eos_token_id=0, max_position_embeddings=128)),
    "qwen3-rope-parameters": Family(
        ["lasttoken"], normalize=True, prompts=QWEN3, tokenizer=qwen_tokenizer, special=QWEN, dtype=torch.bfloat16,
        max_length=90,
        config=rotary("qwen3", head_dim=8, max_position_embeddings=128,
                      rope_parameters={"rope_type": "default", "rope_theta": 1000000.0}, attention_bias=False,
                      use_sliding_window=False, bos_token_id=0, eos_token_id=0)),
    "gemma-embedding": Family(
        ["mean"], normalize=True, prompts=GEMMA_PROMPTS, tokenizer=gemma_tokenizer, special=GEMMA,
        dense=(Dense(32, "linear.Identity", bias=False), Dense(24, "linear.Identity", bias=False)),
        dtype=torch.bfloat16,
        config=rotary("gemma3_text", "hidden_activation", hidden_size=24, head_dim=8, num_attention_heads=3,
                      num_key_value_heads=1, num_hidden_layers=3, query_pre_attn_scalar=16,
                      hidden_activation="gelu_pytorch_tanh",
                      layer_types=["sliding_attention", "sliding_attention", "full_attention"], sliding_window=8,
                      rope_theta=1000000.0, rope_local_base_freq=10000.0, rope_scaling=None,
                      use_bidirectional_attention=True, attn_logit_softcapping=None, final_logit_softcapping=None,
                      attention_bias=False, bos_token_id=2, eos_token_id=1, pad_token_id=0)),
    "gemma-rope-parameters": Family(
        ["mean"], tokenizer=gemma_tokenizer, special=GEMMA, dtype=torch.bfloat16, max_length=34,
        config=rotary("gemma3_text", "hidden_activation", head_dim=6, num_attention_heads=4, num_key_value_heads=2,
                      query_pre_attn_scalar=6, hidden_activation="gelu_pytorch_tanh", sliding_window=6,
                      layer_types=["sliding_attention", "full_attention"],
                      rope_parameters={"full_attention": {"rope_type": "linear", "factor": 4.0,
                                                          "rope_theta": 50000.0},
                                       "sliding_attention": {"rope_type": "default", "rope_theta": 3000.0}},
                      use_bidirectional_attention=True, bos_token_id=2, eos_token_id=1, pad_token_id=0)),
}


def make(folder):
    make_family(folder, MODELS[folder.name])
