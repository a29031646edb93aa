"""Hostile and clumsy uploads: what is kept holds nothing but pixels and pages."""

import struct
import zlib
from io import BytesIO

import pikepdf
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from craft_site.kit.images import difference_hash, hash_distance
from craft_site.kit.uploads import DOCUMENT, PHOTO, SCAN, FileKind, UploadError, UploadPolicy, clean_upload

CANARY = b"CANARY-zhangsan-13800001234"


def picture(size=(64, 48), colour=(200, 30, 30), mode="RGB"):
    image = Image.new(mode, size, colour)
    for x in range(size[0] // 2):
        for y in range(size[1] // 2):
            image.putpixel((x, y), (10, 10, 200) if mode == "RGB" else image.getpixel((x, y)))
    return image


def saved(image, image_format="JPEG", **options):
    out = BytesIO()
    image.save(out, image_format, **options)
    return out.getvalue()


def take(content, name="photo.jpg", policy=SCAN):
    return clean_upload(BytesIO(content), name=name, policy=policy)


def refusal(content, name="photo.jpg", policy=SCAN):
    with pytest.raises(UploadError) as caught:
        take(content, name, policy)
    assert caught.value.messages[0]
    return caught.value.code


def reread(upload):
    return Image.open(BytesIO(upload.content))


# --- pictures ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("image_format", "name"), [("JPEG", "a.JPG"), ("PNG", "a.png"), ("WEBP", "a.webp"), ("PNG", "a.jpg")]
)
def test_pictures_are_taken_and_become_jpeg(image_format, name):
    upload = take(saved(picture(), image_format), name)
    assert (upload.content_type, upload.suffix, upload.width, upload.height) == ("image/jpeg", ".jpg", 64, 48)
    assert reread(upload).format == "JPEG"
    assert reread(upload).mode == "RGB"
    assert len(upload.difference_hash) == 16


def test_heic_from_a_phone_is_taken():
    upload = take(saved(picture(), "HEIF"), "IMG_0001.HEIC")
    assert (upload.content_type, upload.width, upload.height) == ("image/jpeg", 64, 48)


def test_webp_can_be_asked_for():
    upload = take(saved(picture()), policy=UploadPolicy(kinds=(FileKind.IMAGE,), image_format="WEBP"))
    assert (upload.content_type, upload.suffix, reread(upload).format) == ("image/webp", ".webp", "WEBP")


@pytest.mark.parametrize("image_format", ["JPEG", "WEBP"])
def test_no_byte_of_the_metadata_is_kept(image_format):
    exif = Image.Exif()
    exif[0x010E] = CANARY.decode()
    exif[0x9C9D] = CANARY
    exif.get_ifd(0x8825)[1] = "N"
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", CANARY.decode())
    texts.add_itxt("XML:com.adobe.xmp", CANARY.decode())
    policy = UploadPolicy(kinds=(FileKind.IMAGE,), image_format=image_format)
    for content, name in (
        (saved(picture(), exif=exif, comment=CANARY, xmp=CANARY), "a.jpg"),
        (saved(picture(), "PNG", pnginfo=texts, exif=exif), "a.png"),
        (saved(picture(), "WEBP", exif=exif, xmp=CANARY), "a.webp"),
    ):
        assert CANARY in content
        upload = take(content + CANARY, name, policy)
        assert CANARY not in upload.content
        assert not reread(upload).getexif()
        assert not {"exif", "xmp", "comment", "icc_profile", "XML:com.adobe.xmp"} & set(reread(upload).info)


def test_the_picture_is_turned_upright_before_the_note_that_says_so_is_dropped():
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    upload = take(saved(picture((64, 48)), exif=exif))
    assert (upload.width, upload.height) == (48, 64)
    blue, red = reread(upload).getpixel((44, 4)), reread(upload).getpixel((4, 60))
    assert blue[2] > 150 > blue[0]
    assert red[0] > 150 > red[2]


def test_long_edges_are_shortened_and_small_pictures_are_left():
    policy = UploadPolicy(kinds=(FileKind.IMAGE,), max_edge=100)
    assert (take(saved(picture((400, 200))), policy=policy).width) == 100
    assert (take(saved(picture((400, 200))), policy=policy).height) == 50
    assert (take(saved(picture((40, 20))), policy=policy).width) == 40


def test_transparent_parts_are_paper_white_and_16_bit_scans_keep_their_greys():
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    assert reread(take(saved(clear, "PNG"), "a.png")).getpixel((5, 5)) == (255, 255, 255)
    palette = Image.new("P", (20, 20), 0)
    palette.putpalette([0, 0, 0])
    assert reread(take(saved(palette, "PNG", transparency=0), "a.png")).getpixel((5, 5)) == (255, 255, 255)
    grey = Image.new("I;16", (20, 20), 128 * 256)
    assert abs(reread(take(saved(grey, "PNG"), "a.png")).getpixel((5, 5))[0] - 128) <= 2


def test_cmyk_and_colour_profiles_become_standard_colours():
    assert reread(take(saved(Image.new("CMYK", (20, 20), (0, 0, 0, 0))))).mode == "RGB"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    upload = take(saved(picture(), icc_profile=profile))
    assert "icc_profile" not in reread(upload).info
    assert take(saved(picture(), icc_profile=b"broken")).width == 64


def test_colours_are_converted_and_not_merely_stripped_of_their_profile():
    standard = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exchanged = standard.replace(b"rXYZ", b"tXYZ").replace(b"bXYZ", b"rXYZ").replace(b"tXYZ", b"bXYZ")
    upload = take(saved(Image.new("RGB", (20, 20), (250, 10, 10)), "PNG", icc_profile=exchanged), "a.png")
    red, _green, blue = reread(upload).getpixel((5, 5))
    assert red < 40 < 200 < blue


def test_an_animation_keeps_its_first_frame():
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    out = BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    upload = take(out.getvalue(), "a.webp")
    assert reread(upload).getpixel((5, 5))[0] > 200


def png_header(width, height):
    """A PNG that claims a size and holds next to nothing."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(30_000, 30_000), (100_000, 1_000), (2**31 - 1, 2**31 - 1), (8_000, 7_501)])
def test_pictures_with_too_many_pixels_are_refused_on_their_header(size):
    assert refusal(png_header(*size), "a.png") == "too_many_pixels"


def test_damaged_pictures_are_refused():
    good = saved(picture((300, 300)))
    assert refusal(good[: len(good) // 2]) == "not_an_image"
    assert refusal(good[:20]) == "not_an_image"
    assert refusal(b"\x89PNG\r\n\x1a\n" + b"x" * 100, "a.png") == "not_an_image"


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "a.svg", "extension"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "a.png", "mismatch"),
        (b"<html><script>1</script>", "a.jpg", "mismatch"),
        (b"GIF89a/*" + b"x" * 50 + b"*/=1;alert(1)", "a.jpg", "mismatch"),
        (b"MZ\x90\x00", "a.jpg", "mismatch"),
        (b"PK\x03\x04", "a.pdf", "mismatch"),
        (b"%PDF-1.7\n", "a.jpg", "mismatch"),
        (b"\xff\xd8\xff\xe0", "a.pdf", "mismatch"),
        (b"x", "a.jpg.exe", "extension"),
        (b"x", "jpg", "extension"),
        (b"x", "../../etc/passwd", "extension"),
        (b"", "a.jpg", "empty"),
    ],
)
def test_other_files_are_refused_whatever_they_are_called(content, name, code):
    assert refusal(content, name) == code


def test_a_polyglot_of_picture_and_page_keeps_only_the_picture():
    script = b"<html><script>alert(1)</script></html>"
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", script.decode())
    upload = take(saved(picture(), "PNG", pnginfo=texts) + script, "a.png")
    assert b"script" not in upload.content


def test_a_file_over_the_limit_is_refused_whatever_size_it_declares():
    policy = UploadPolicy(kinds=(FileKind.IMAGE,), max_bytes=1024 * 1024)
    assert refusal(saved(picture()) + b"\0" * 1024 * 1024, policy=policy) == "too_large"


def test_a_field_for_photos_takes_no_pdf_and_one_for_documents_no_photo():
    assert refusal(pdf(), "a.pdf", PHOTO) == "extension"
    assert refusal(saved(picture()), "a.jpg", DOCUMENT) == "extension"


def test_the_difference_hash_survives_scaling_and_tells_pictures_apart():
    image = Image.radial_gradient("L").convert("RGB")
    same = take(saved(image.resize((500, 500)), quality=40)).difference_hash
    assert hash_distance(difference_hash(image), same) <= 6
    assert hash_distance(difference_hash(image), difference_hash(Image.linear_gradient("L").rotate(90))) > 12


# --- PDFs -------------------------------------------------------------------------------------------------


def pdf(pages=1, edit=None, **options):
    document = pikepdf.Pdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(200, 300))
        document.pages[-1].Contents = document.make_stream(b"0 0 100 100 re f")
    if edit:
        edit(document)
    out = BytesIO()
    document.save(out, **options)
    return out.getvalue()


def everything(content):
    """All dictionaries and streams of a PDF as one text."""
    with pikepdf.open(BytesIO(content)) as document:
        parts = [thing.unparse(resolved=True) for thing in document.objects]
        parts += [thing.read_bytes() for thing in document.objects if isinstance(thing, pikepdf.Stream)]
        return b" ".join(parts).decode("latin1") + str(document.trailer)


def with_javascript(document):
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    document.Root.OpenAction = action
    document.Root.AA = pikepdf.Dictionary(WC=action)
    document.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=["a", action]))
    document.pages[0].AA = pikepdf.Dictionary(O=action)
    document.pages[0].Annots = document.make_indirect(
        [pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action)]
    )


def with_attachment(document):
    document.attachments["x.exe"] = b"MZ evil"
    document.Root.AF = pikepdf.Array([document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Filespec))])


def with_launch(document):
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")


def with_xfa(document):
    document.Root.AcroForm = pikepdf.Dictionary(XFA=document.make_stream(b"<xfa/>"), Fields=[])


def with_metadata(document):
    document.docinfo[pikepdf.Name.Author] = CANARY.decode()
    with document.open_metadata() as meta:
        meta["dc:creator"] = [CANARY.decode()]
    document.pages[0].PieceInfo = pikepdf.Dictionary(App=pikepdf.Dictionary(Private=CANARY.decode()))
    document.pages[0].Metadata = document.make_stream(CANARY)


def with_private_data_in_a_picture(document):
    look = {"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Form, "/BBox": [0, 0, 5, 5]}
    form = document.make_stream(b"0 0 5 5 re f", look)
    form.Metadata = document.make_stream(CANARY)
    form.PieceInfo = pikepdf.Dictionary(App=pikepdf.Dictionary(Private=CANARY.decode()))
    document.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form, Metadata=form))


@pytest.mark.parametrize(
    "edit",
    [
        with_javascript,
        with_attachment,
        with_launch,
        with_xfa,
        with_metadata,
        with_private_data_in_a_picture,
    ],
)
def test_everything_but_the_printed_page_is_dropped(edit):
    before = pdf(edit=edit)
    upload = take(before, "scan.pdf")
    words = (
        "JavaScript",
        "app.alert",
        "OpenAction",
        "/AA",
        "Launch",
        "Embedded",
        "Filespec",
        "XFA",
        "CANARY",
        "/Annots",
        "/Info",
    )
    assert [word for word in words if word in everything(before)]
    assert [word for word in words if word in everything(upload.content)] == []
    assert CANARY not in upload.content
    assert (upload.content_type, upload.suffix, upload.pages, upload.width) == (
        "application/pdf",
        ".pdf",
        1,
        None,
    )


def test_pages_keep_what_they_print_and_their_inherited_size_and_turn():
    def inherit(document):
        document.Root.Pages.MediaBox = [0, 0, 123, 456]
        document.Root.Pages.Rotate = 90
        for page in document.pages:
            del page.obj.MediaBox

    upload = take(pdf(2, edit=inherit), "scan.pdf")
    with pikepdf.open(BytesIO(upload.content)) as document:
        assert [page.Contents.read_bytes() for page in document.pages] == [b"0 0 100 100 re f"] * 2
        assert [float(side) for side in document.pages[1].mediabox] == [0, 0, 123, 456]
        assert int(document.pages[0].obj.Rotate) == 90


def test_a_seal_stamped_as_an_annotation_stays_visible():
    def stamp(document):
        look = document.make_stream(
            b"1 0 0 rg 0 0 50 50 re f",
            {"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Form, "/BBox": [0, 0, 50, 50]},
        )
        document.pages[0].Annots = document.make_indirect(
            [
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Annot,
                    Subtype=pikepdf.Name.Stamp,
                    Rect=[10, 10, 60, 60],
                    F=4,
                    AP=pikepdf.Dictionary(N=look),
                )
            ]
        )

    upload = take(pdf(edit=stamp), "scan.pdf")
    with pikepdf.open(BytesIO(upload.content)) as document:
        forms = [
            thing for thing in document.objects if isinstance(thing, pikepdf.Stream) and "/BBox" in thing
        ]
        assert b"1 0 0 rg" in forms[0].read_bytes()
        contents = document.pages[0].Contents
        parts = contents if isinstance(contents, pikepdf.Array) else [contents]
        assert b" Do" in b"".join(part.read_bytes() for part in parts)


def test_names_of_fonts_and_forms_are_not_mistaken_for_private_data():
    upload = take(pdf(edit=with_private_data_in_a_picture), "scan.pdf")
    with pikepdf.open(BytesIO(upload.content)) as document:
        assert set(document.pages[0].Resources.XObject.keys()) == {"/F", "/Metadata"}


def test_locked_pdfs_are_refused_even_with_an_empty_password():
    locked = pdf(encryption=pikepdf.Encryption(user="secret", owner="secret"))
    assert refusal(locked, "a.pdf") == "pdf_encrypted"
    assert refusal(pdf(encryption=pikepdf.Encryption(user="", owner="x")), "a.pdf") == "pdf_encrypted"


def test_the_page_limit_counts_pages():
    policy = UploadPolicy(kinds=(FileKind.PDF,), max_pages=2)
    assert take(pdf(2), "a.pdf", policy).pages == 2
    assert refusal(pdf(3), "a.pdf", policy) == "pdf_pages"
    assert refusal(pdf(0), "a.pdf", policy) == "not_a_pdf"


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.7\ngarbage" * 50, b"%PDF-1.4\n%%EOF"])
def test_broken_pdfs_are_refused(content):
    assert refusal(content, "a.pdf") == "not_a_pdf"


def test_bytes_around_a_pdf_do_not_survive():
    assert refusal(b"<script>1</script>" + pdf(), "a.pdf") == "mismatch"
    assert CANARY not in take(pdf() + b"\n" + CANARY, "a.pdf").content


def test_the_same_pdf_becomes_the_same_bytes():
    content = pdf(2)
    first, second = take(content, "a.pdf"), take(content, "b.pdf")
    assert (first.sha256, first.original_sha256) == (second.sha256, second.original_sha256)
    assert first.sha256 != first.original_sha256
