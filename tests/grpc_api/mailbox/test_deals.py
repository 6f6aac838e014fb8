"""What rows of the game's log tables come to."""

from grpc_api.mailbox.deals import KINDS, Deals, Row

NOW = 1_700_000_000


class Book:
    """Log tables as the engine writes them, and what is told of them."""

    def __init__(self, *kinds):
        self.deals, self.told = Deals(frozenset(kinds or KINDS)), []
        self.picks = self.zeny = 0

    def pick(self, kind, char_id, item, amount):
        self.picks += 1
        row = Row(self.picks, NOW, kind, char_id, item, amount, "prontera")
        self.told += self.deals.add_pick(row)

    def hand(self, kind, giver, getter, item, amount):
        self.pick(kind, getter, item, amount)
        self.pick(kind, giver, item, -amount)

    def change(self, kind, char_id, other, amount):
        self.zeny += 1
        row = Row(self.zeny, NOW, kind, char_id, other, amount, "prontera")
        self.told += self.deals.add_zeny(row)

    def pay(self, kind, payer, getter, amount):
        self.change(kind, payer, getter, -amount)
        self.change(kind, getter, payer, amount)

    def closed(self):
        self.told += self.deals.close(NOW + 10)
        return self.told


def goods(told):
    return [(one.item_id, one.amount) for one in told]


def test_a_trade_is_one_event_whatever_passed_in_it():
    book = Book()
    book.hand("T", 1, 2, 501, 10)
    book.hand("T", 2, 1, 909, 3)
    book.hand("T", 1, 2, 501, 5)
    book.hand("T", 3, 4, 602, 1)  # of others, in the same moment
    book.pay("T", 2, 1, 700)
    first, other = book.closed()
    assert (first.player.char_id, first.trade.other_char_id) == (1, 2)
    assert goods(first.trade.given) == [(501, 15)] and goods(first.trade.taken) == [(909, 3)]
    assert (first.trade.zeny_given, first.trade.zeny_taken) == (0, 700)
    assert (other.player.char_id, other.trade.zeny_taken) == (3, 0)
    assert first.event_id != other.event_id and first.place.map == "prontera"
    assert first.happened_at.seconds == NOW


def test_a_trade_of_zeny_alone_is_one():
    book = Book("trade")
    book.pay("T", 2, 1, 700)
    [told] = book.closed()
    assert (told.player.char_id, told.trade.other_char_id, told.trade.zeny_given) == (2, 1, 700)


def test_a_sale_has_the_price_of_a_piece():
    book = Book("vending")
    book.pay("V", 2, 1, 3000)
    book.hand("V", 1, 2, 501, 10)
    [told] = book.closed()
    sale = told.vending_sale
    assert (told.player.char_id, sale.buyer_char_id) == (1, 2)
    assert (sale.item_id, sale.amount, sale.price) == (501, 10, 300)


def test_a_sale_of_several_kinds_is_a_trade_for_the_sum():
    book = Book("vending")
    book.hand("V", 1, 2, 501, 1)
    book.hand("V", 1, 2, 502, 1)
    book.pay("V", 2, 1, 900)
    [told] = book.closed()
    assert told.player.char_id == 1 and told.trade.zeny_taken == 900
    assert goods(told.trade.given) == [(501, 1), (502, 1)]


def test_what_is_sold_into_a_buying_store_is_a_trade():
    book = Book("vending")
    book.hand("B", 3, 4, 909, 2)
    book.pay("B", 4, 3, 80)
    [told] = book.closed()
    assert (told.player.char_id, told.trade.zeny_taken) == (3, 80)


def test_without_a_price_a_sale_is_not_told():
    book = Book("vending")
    book.hand("V", 1, 2, 501, 10)
    assert book.closed() == []


def test_picks_drops_and_zeny():
    book = Book()
    book.pick("M", 1002, 909, -1)  # a monster's
    book.pick("P", 1, 909, 1)
    book.pick("P", 1, 501, -2)
    book.change("M", 1, 1, 12)
    book.change("K", 1, 1, -100)  # into the bank
    book.change("N", 2, 2, -60)
    picked, dropped, found, fee = book.closed()
    assert (picked.item_pick.item_id, dropped.item_drop.amount) == (909, 2)
    assert (found.zeny_change.change, found.zeny_change.reason) == (12, 3)
    assert (fee.zeny_change.change, fee.zeny_change.reason) == (-60, 5)


def test_shopping_names_the_goods_if_they_are_of_one_kind():
    book = Book("zeny")
    book.change("S", 1, 0, -500)
    book.pick("S", 1, 501, 10)
    book.pick("S", 2, 909, -3)
    book.pick("S", 2, 910, -3)
    book.change("S", 2, 0, 90)
    bought, sold = (told.zeny_change for told in book.closed())
    assert (bought.change, bought.reason, bought.item_id, bought.amount) == (-500, 1, 501, 10)
    assert (sold.change, sold.reason, sold.item_id) == (90, 2, 0)


def test_what_nobody_asked_for_is_not_told():
    book = Book("pick")
    book.hand("T", 1, 2, 501, 1)
    book.pay("T", 1, 2, 5)
    book.pick("P", 1, 501, -2)
    book.change("S", 1, 0, -5)
    assert book.closed() == []


def test_what_may_go_on_is_open_and_its_first_rows_are_known():
    book = Book()
    book.pick("P", 1, 909, 1)
    book.hand("T", 1, 2, 501, 1)
    book.pay("T", 2, 1, 5)
    assert book.deals.close(NOW + 2) == []
    assert book.deals.first_open(3, 2) == (2, 1)
    assert len(book.deals.close(NOW + 3)) == 1
    assert book.deals.first_open(3, 2) == (4, 3)


def test_a_sale_of_nothing_and_more_than_there_is_stop_nobody():
    book = Book()
    book.hand("V", 1, 2, 501, 0)
    book.pay("V", 2, 1, 3000)
    for _ in range(3):
        book.hand("T", 3, 4, 602, 2**31 - 1)
    *_, told = book.closed()
    assert goods(told.trade.given) == [(602, 2**32 - 1)]
