"""The bidirectional families: BERT's relatives, T5's encoder, ModernBERT."""
import torch
from tokenizers import Tokenizer, normalizers, processors

from . import sentencepiece_models as pieces
from .declaration import Dense
from .family import Family, last_states, make_family
from .golden import load_reference, numbers, read_golden, token_row, write_golden
from .vocabularies import WORDPIECE, byte_bpe, template, wordpiece

ROBERTA = {"bos_token": "<s>", "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>", "unk_token": "<unk>",
           "pad_token": "<pad>", "mask_token": "<mask>"}
MPNET = {**ROBERTA, "unk_token": "[UNK]"}
T5 = {"eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}


def roberta_tokenizer():
    tokenizer = byte_bpe(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    tokenizer.post_processor = processors.RobertaProcessing(
        ("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=False)
    return tokenizer


def mpnet_tokenizer():
    return wordpiece(300, special={name: MPNET[name] for name in (
        "bos_token", "pad_token", "eos_token", "unk_token", "mask_token")}, first="<s>", last="</s>")


def modernbert_tokenizer():
    tokenizer = byte_bpe(["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"], normalizer=normalizers.NFC())
    template(tokenizer, "[CLS] $A [SEP]")
    return tokenizer


def bert_like(kind, **facts):
    return {"model_type": kind, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4,
            "intermediate_size": 32, "hidden_act": "gelu", "max_position_embeddings": 48, "type_vocab_size": 2,
            "layer_norm_eps": 1e-12, "pad_token_id": 0, **facts}


def roberta_like(kind, positions, **facts):
    return bert_like(kind, max_position_embeddings=positions, type_vocab_size=1, layer_norm_eps=1e-5, pad_token_id=1,
                     bos_token_id=0, eos_token_id=2, **facts)


def t5_like(**facts):
    return {"model_type": "t5", "d_model": 16, "d_kv": 6, "d_ff": 32, "num_layers": 2, "num_heads": 4,
            "feed_forward_proj": "relu", "relative_attention_num_buckets": 8, "relative_attention_max_distance": 20,
            "layer_norm_epsilon": 1e-6, "decoder_start_token_id": 0, "eos_token_id": 1, "pad_token_id": 0,
            "tie_word_embeddings": True, **facts}


def position_ids(config):
    """The buffer that old files of RoBERTa hold."""
    return {"roberta.embeddings.position_ids": torch.arange(config["max_position_embeddings"])[None]}


INSTRUCTIONS = {"query": "Represent the Wikipedia question for retrieving supporting documents: ",
                "document": "Represent the Wikipedia document for retrieval: "}
E5 = {"query": "query: ", "passage": "passage: "}
MODELS = {
    "roberta-cls": Family(
        ["cls"], tokenizer=roberta_tokenizer, special=ROBERTA, config=roberta_like("roberta", 50), prefix="roberta.",
        unused=position_ids, tokenizer_class="RobertaTokenizer", max_length=48),
    "xlmr-e5": Family(
        ["mean"], normalize=True, prompts=E5, tokenizer=pieces.xlmr, special=ROBERTA,
        config=roberta_like("xlm-roberta", 42), max_length=40),
    "camembert-mean": Family(
        ["mean"], tokenizer=pieces.xlmr, special=ROBERTA, config=roberta_like("camembert", 34), prefix="roberta.",
        max_length=32, dtype=torch.float16),
    "ernie-task": Family(
        ["mean"], tokenizer=lambda: wordpiece(320), special=WORDPIECE,
        config=bert_like("ernie", use_task_id=True, task_type_vocab_size=3, type_vocab_size=4, hidden_act="relu",
                         layer_norm_eps=1e-5, hidden_size=24, num_attention_heads=3)),
    "distilbert-dense": Family(
        ["mean"], dense=(Dense(20, "activation.Tanh"),), tokenizer=lambda: wordpiece(320), special=WORDPIECE,
        config={"model_type": "distilbert", "dim": 16, "n_layers": 3, "n_heads": 2, "hidden_dim": 40,
                "activation": "gelu", "max_position_embeddings": 48, "sinusoidal_pos_embds": False,
                "pad_token_id": 0}, prefix="distilbert.", max_length=36),
    "mpnet-mean": Family(
        ["mean"], normalize=True, tokenizer=mpnet_tokenizer, special=MPNET,
        config=bert_like("mpnet", max_position_embeddings=50, layer_norm_eps=1e-5, pad_token_id=1, bos_token_id=0,
                         eos_token_id=2, relative_attention_num_buckets=32)),
    "sentence-t5": Family(
        ["mean"], normalize=True, dense=(Dense(20, "linear.Identity", bias=False),), tokenizer=pieces.t5, special=T5,
        config=t5_like()),
    "gtr-gated": Family(
        ["mean"], normalize=True, similarity="dot", dense=(Dense(32, "linear.Identity", bias=False),),
        tokenizer=pieces.t5, special=T5, max_length=64, dtype=torch.float16,
        config=t5_like(d_kv=10, feed_forward_proj="gated-gelu", relative_attention_num_buckets=16,
                       relative_attention_max_distance=40)),
    "instructor": Family(
        ["mean"], normalize=True, dense=(Dense(20, "linear.Identity", bias=False),), include_prompt=False,
        prompts=INSTRUCTIONS, tokenizer=pieces.t5, special=T5, config=t5_like(), max_length=80),
    "t5-encoder-decoder": Family(
        ["mean"], normalize=True, tokenizer=pieces.t5, special=T5, decoder=True,
        config=t5_like(num_heads=3, num_decoder_layers=2)),
    "modernbert": Family(
        ["mean"], normalize=True, prompts={"query": "search_query: ", "document": "search_document: "},
        tokenizer=modernbert_tokenizer, special=WORDPIECE, dtype=torch.bfloat16,
        config={"model_type": "modernbert", "hidden_size": 24, "num_hidden_layers": 4, "num_attention_heads": 3,
                "intermediate_size": 20, "hidden_activation": "gelu", "max_position_embeddings": 64,
                "norm_eps": 1e-5, "norm_bias": False, "attention_bias": False, "mlp_bias": False,
                "global_attn_every_n_layers": 3, "local_attention": 8, "global_rope_theta": 160000.0,
                "local_rope_theta": 10000.0, "pad_token_id": 3, "bos_token_id": 1, "eos_token_id": 2,
                "cls_token_id": 1, "sep_token_id": 2}),
    "modernbert-rope-parameters": Family(
        ["cls"], tokenizer=modernbert_tokenizer, special=WORDPIECE, max_length=30,
        config={"model_type": "modernbert", "hidden_size": 16, "num_hidden_layers": 3, "num_attention_heads": 2,
                "intermediate_size": 24, "hidden_activation": "gelu", "max_position_embeddings": 64,
                "norm_eps": 1e-5, "norm_bias": False, "attention_bias": False, "mlp_bias": False,
                "layer_types": ["full_attention", "sliding_attention", "full_attention"], "local_attention": 6,
                "rope_parameters": {"full_attention": {"rope_type": "default", "rope_theta": 40000.0},
                                    "sliding_attention": {"rope_type": "default", "rope_theta": 2000.0}},
                "pad_token_id": 3, "bos_token_id": 1, "eos_token_id": 2, "cls_token_id": 1, "sep_token_id": 2}),
}


NOMIC = {"hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 3, "intermediate_size": 32,
         "hidden_act": "silu", "layer_norm_eps": 1e-12, "max_position_embeddings": 64,
         "rope_parameters": {"rope_theta": 1000.0, "rope_type": "default"}}
# What the authors' first files say, for code of their own.
NOMIC_FIRST = {
    "model_type": "nomic_bert", "n_embd": 24, "n_layer": 2, "n_head": 3, "n_inner": 32, "n_positions": 64,
    "max_trained_positions": 64, "activation_function": "swiglu", "layer_norm_epsilon": 1e-12,
    "rotary_emb_base": 1000, "rotary_emb_fraction": 1.0, "rotary_emb_interleaved": False,
    "rotary_emb_scale_base": None, "rotary_scaling_factor": None, "qkv_proj_bias": False, "mlp_fc1_bias": False,
    "mlp_fc2_bias": False, "prenorm": False, "parallel_block": False, "use_rms_norm": False, "causal": False,
    "type_vocab_size": 2, "scale_attn_weights": True, "pad_vocab_size_multiple": 64, "use_flash_attn": True,
    "auto_map": {"AutoConfig": "nomic-ai/nomic-bert-2048--configuration_hf_nomic_bert.NomicBertConfig",
                 "AutoModel": "nomic-ai/nomic-bert-2048--modeling_hf_nomic_bert.NomicBertModel"}}
NOMIC_PROMPTS = {"query": "search_query: ", "document": "search_document: ", "clustering": "clustering: "}
MODELS |= {
    "nomic-first-form": Family(
        ["mean"], prompts=NOMIC_PROMPTS, tokenizer=lambda: wordpiece(300), special=WORDPIECE, dtype=torch.float16,
        config={"model_type": "nomic_bert", **NOMIC}, library_names=True, published=NOMIC_FIRST),
    "nomic-both-forms": Family(
        ["mean"], normalize=True, tokenizer=lambda: wordpiece(300), special=WORDPIECE, dtype=torch.float16,
        max_length=38, config={**NOMIC_FIRST, **NOMIC}, library_names=True),
}


def stripped(reference, tokenizer, prompt, text, max_length):
    """INSTRUCTOR's own way: both stripped and joined without a space; the prompt's tokens but its end are not pooled."""
    ids = token_row(tokenizer, prompt.strip() + text.strip(), max_length)["ids"]
    mask = torch.ones(1, len(ids), dtype=torch.long)
    mask[:, : len(token_row(tokenizer, prompt.strip(), max_length)["ids"]) - 1] = 0
    features = {"token_embeddings": last_states(reference, ids)[None], "attention_mask": mask}
    for module in list(reference)[1:]:
        features = module(features)
    return ids, numbers(features["sentence_embedding"][0])


@torch.no_grad()
def add_stripped(folder, model):
    reference = load_reference(folder)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    head, rows = read_golden(folder)
    for row in rows:
        row["ids_stripped"], row["embedding_stripped"] = {}, {}
        for name, prompt in model.prompts.items():
            row["ids_stripped"][name], row["embedding_stripped"][name] = stripped(
                reference, tokenizer, prompt, row["text"], model.max_length)
    write_golden(folder, head, rows)


def make(folder):
    model = MODELS[folder.name]
    make_family(folder, model)
    if folder.name == "instructor":
        add_stripped(folder, model)
