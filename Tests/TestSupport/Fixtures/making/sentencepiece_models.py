"""Unigram vocabularies with a character map of our own, as SentencePiece writes them."""
import io
import os
import tempfile
import unicodedata

import sentencepiece
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

from .vocabularies import sample_texts, template

CHINESE = 12
EXTRA = 10  # T5's `<extra_id_…>`


def character_rules():
    """What the character map replaces: small, and with prefixes of one another."""
    rules = {"\u00a0": " ", "\u3000": " ", "\t": " ", "\n": " ", "\r": " ", "\u200b": "", "\u00ad": "", "\ufeff": " ",
             "½": "1⁄2", "²": "2", "™": "TM", "Ⅷ": "VIII", "㈱": "(株)", "ﬁ": "fi", "ﬂ": "fl", "…": "...",
             "ﾊ": "ハ", "ﾊﾟ": "パ", "ハ\u309a": "パ", "ｶ": "カ", "ﾒ": "メ", "ﾗ": "ラ", "İ": "I\u0307"}
    rules.update({chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)})
    for letter in "éèûñïẽế":
        rules[unicodedata.normalize("NFD", letter)] = letter
    return rules


def rules_file(folder):
    path = os.path.join(folder, "rules.tsv")
    with open(path, "w", encoding="utf-8") as file:
        for source, target in sorted(character_rules().items()):
            file.write("\t".join(" ".join(f"{ord(letter):X}" for letter in part) for part in (source, target)) + "\n")
    return path


def few_texts():
    """The samples with few Chinese texts: the trainer keeps nearly all letters, and these would fill the table."""
    texts = list(sample_texts())
    return [text for text in texts if text.isascii()] + [text for text in texts if not text.isascii()][:CHINESE]


def train(size, **options):
    """A trained model as bytes; the options say among others where its control pieces stand."""
    stored = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(few_texts()), model_writer=stored, vocab_size=size, num_threads=1, minloglevel=2,
            character_coverage=0.98,
            **{"model_type": "unigram", "hard_vocab_limit": False, "normalization_rule_tsv": rules_file(folder),
               **options})
    model = message(stored.getvalue())
    model.normalizer_spec.ClearField("normalization_rule_tsv")  # a path
    return model.SerializeToString(deterministic=True)


def message(stored):
    """A model by the schema that transformers carries."""
    os.environ["PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION"] = "python"
    from transformers.convert_slow_tokenizer import import_protobuf
    model = import_protobuf().ModelProto()
    model.ParseFromString(stored)
    return model


def parsed(stored):
    """The model's pieces and character map."""
    model = message(stored)
    return [(piece.piece, piece.score) for piece in model.pieces], model.normalizer_spec.precompiled_charsmap


def t5_pieces(size=320):
    return train(size, pad_id=0, eos_id=1, unk_id=2, bos_id=-1)


def xlmr_pieces(size=320):
    return train(size, unk_id=0, bos_id=1, eos_id=2, pad_id=-1)


def llama_pieces(size=420):
    """SentencePiece's own BPE, which keeps all spaces and falls back to bytes."""
    return train(size, model_type="bpe", hard_vocab_limit=True, byte_fallback=True, unk_id=0, bos_id=1, eos_id=2,
                 pad_id=-1, normalization_rule_tsv="", normalization_rule_name="identity",
                 remove_extra_whitespaces=False, allow_whitespace_only_pieces=True, split_digits=True)


def t5():
    pieces, characters = parsed(t5_pieces())
    pieces += [(f"<extra_id_{index}>", 0.0) for index in reversed(range(EXTRA))]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=2, byte_fallback=False))
    tokenizer.normalizer = normalizers.Precompiled(characters)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")])
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.add_special_tokens(["<pad>", "</s>", "<unk>", *(f"<extra_id_{index}>" for index in range(EXTRA))])
    template(tokenizer, "$A </s>")
    return tokenizer


def xlmr():
    pieces, characters = parsed(xlmr_pieces())
    special = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    tokenizer = Tokenizer(models.Unigram([*special, *pieces[3:], ("<mask>", 0.0)], unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.Precompiled(characters), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.add_special_tokens([*(name for name, _ in special), AddedToken("<mask>", lstrip=True, special=True)])
    template(tokenizer, "<s> $A </s>", "<s> $A </s> </s> $B </s>")
    return tokenizer
